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
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?")
FLOAT_DIGITS = 9


def comparable(value: Any) -> Any:
    """A value in the one form every engine's client can give; JSON text without its spaces and in order."""
    if isinstance(value, decimal.Decimal):
        value = float(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str) and TIMESTAMP.fullmatch(value):
        whole, _, fraction = value.partition(".")
        return f"{whole}.{fraction:0<6}" if fraction.strip("0") else whole
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.dumps(json.loads(value), sort_keys=True)
        except ValueError:
            return value
    return value


def is_same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=10**-FLOAT_DIGITS, abs_tol=10**-FLOAT_DIGITS)
    return left == right


def differences(expected: Iterable[Row], found: Iterable[Row], key: list[str]) -> list[str]:
    """Sentences, one a difference; none where the two hold the same rows."""
    left = [{name: comparable(value) for name, value in row.items()} for row in expected]
    right = [{name: comparable(value) for name, value in row.items()} for row in found]
    if left and right and set(left[0]) != set(right[0]):
        return [f"columns differ: {sorted(set(left[0]) ^ set(right[0]))}"]
    left_by_key = {tuple(row[name] for name in key): row for row in left}
    right_by_key = {tuple(row[name] for name in key): row for row in right}
    told = []
    if len(left_by_key) != len(left) or len(right_by_key) != len(right):
        told.append(f"{key} is no key: {len(left)} rows expected, {len(right)} found")
    told += [
        f"missing: {dict(zip(key, values, strict=True))}"
        for values in sorted(left_by_key.keys() - right_by_key.keys(), key=str)
    ]
    told += [
        f"unexpected: {dict(zip(key, values, strict=True))}"
        for values in sorted(right_by_key.keys() - left_by_key.keys(), key=str)
    ]
    told += [
        f"{dict(zip(key, values, strict=True))}: {name} is {right_by_key[values][name]!r}, not {value!r}"
        for values, row in left_by_key.items()
        if values in right_by_key
        for name, value in row.items()
        if not is_same(value, right_by_key[values][name])
    ]
    return told
