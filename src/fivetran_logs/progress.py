"""The callback by which long work reports how far it is."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the work done so far, 0 to 1."""


def silent(_what: str, _share: float) -> None:
    """Shows nothing."""
