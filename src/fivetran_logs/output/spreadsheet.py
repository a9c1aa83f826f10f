"""Answers as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A header and rows, RFC 4180, times in ISO 8601, nulls empty; a text that looks like a formula is made inert."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    kept = [_text(name) for name in columns], *([_text(value) for value in row] for row in rows)
    for row in kept:
        if any("\r" in cell for cell in row):  # which the writer leaves bare, and a reader takes for the end of a line
            buffer.write(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n")
        else:
            writer.writerow(row)
    return buffer.getvalue()


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before a first character that would begin one."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return inert(value) if isinstance(value, str) else str(value)
