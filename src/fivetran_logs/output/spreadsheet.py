"""CSV files that people open in a spreadsheet."""

from __future__ import annotations


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before a first character that would begin one."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
