"""The callback with which long work reports its progress."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the present step and the share of the work done so far, 0 to 1."""


def silent(_what: str, _share: float) -> None:
    """Shows nothing."""
