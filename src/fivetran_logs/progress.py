"""How long work says how far it is."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the work done so far, 0 to 1."""


def silent(_what: str, _share: float) -> None:
    """Nobody watches."""
