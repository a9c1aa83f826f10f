"""Two engines' answers, row by row. Types are made comparable; what still differs is told as text."""

from __future__ import annotations

import datetime
import decimal
import json
import math
import re
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
HASH = re.compile(r"[0-9a-f]{32}")
FLOAT_DIGITS = 9
MONEY = 0.0101  # engines round a half cent up or down


def comparable(value: Any, *, keep_hashes: bool = True) -> Any:
    """A value in the one form every engine's client can give; JSON text without its spaces and in order."""
    if isinstance(value, decimal.Decimal):
        value = float(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ").removesuffix(".000000")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        if not keep_hashes:
            value = HASH.sub("<hash>", value)
        if value[:1] in "{[" and value:
            try:
                return json.dumps(json.loads(value), sort_keys=True)
            except ValueError:
                return value
    return value


def is_same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=10**-FLOAT_DIGITS, abs_tol=10**-FLOAT_DIGITS)
    return left == right


def order(row: Row) -> list[tuple[bool, str]]:
    """What rows are paired by: everything but the fractions, which engines compute slightly apart."""
    return [(value is None, f"{value:.6g}" if isinstance(value, float) else str(value)) for _, value in sorted(row.items())]


def differences(expected: Iterable[Row], found: Iterable[Row], key: list[str], *, keep_hashes: bool = True) -> list[str]:
    """Sentences, one a difference; none where the two hold the same rows."""
    left = [{name: comparable(value, keep_hashes=keep_hashes) for name, value in row.items()} for row in expected]
    right = [{name: comparable(value, keep_hashes=keep_hashes) for name, value in row.items()} for row in found]
    if left and right and set(left[0]) != set(right[0]):
        return [f"columns differ: {sorted(set(left[0]) ^ set(right[0]))}"]
    told: list[str] = []
    if not keep_hashes:
        left.sort(key=order)
        right.sort(key=order)
        pairs = [(None, a, b) for a, b in zip(left, right)]
        if len(left) != len(right):
            told.append(f"{len(left)} rows expected, {len(right)} found")
    else:
        by_key = {tuple(row[name] for name in key): row for row in right}
        expected_by_key = {tuple(row[name] for name in key): row for row in left}
        if len(by_key) != len(right) or len(expected_by_key) != len(left):
            told.append(f"{key} is no key")
        told += [f"missing: {dict(zip(key, values))}" for values in sorted(set(expected_by_key) - set(by_key), key=str)]
        told += [f"unexpected: {dict(zip(key, values))}" for values in sorted(set(by_key) - set(expected_by_key), key=str)]
        pairs = [(values, row, by_key[values]) for values, row in expected_by_key.items() if values in by_key]
    for values, a, b in pairs:
        told += [
            f"{dict(zip(key, values)) if values else order(a)}: {name} is {b[name]!r}, not {a[name]!r}"
            for name in a
            if not is_same(a[name], b[name])
        ]
    return told
