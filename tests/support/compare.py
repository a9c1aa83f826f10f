"""The one way to compare marts: row by row, by the key each mart's YAML names, in types every engine's client can give.

Differences are sentences, so that a failed test names the row and the column.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import duckdb
from helpers import ROOT, read_yaml

Row = dict[str, Any]
Marts = Mapping[str, list[Row]]
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?")
# Two builds of one source differ from the 15th digit on in means and sums of fractions: threads add up in any order.
FLOAT_DIGITS = 9
# In the order in which they are numbered: a change of the configuration names its activity.
EVENT_IDS = {
    "fct_fivetran_error_monitoring": "error_id",
    "fct_fivetran_schema_change_history": "change_id",
    "fct_fivetran_user_activity": "activity_id",
    "fct_fivetran_configuration_changes": "change_id",
}
# Columns of marts that name an event by its id.
NAMES_AN_EVENT = {
    "fct_fivetran_configuration_changes": "activity_id",
    "fct_fivetran_incident_causes": "cause_id",
    "fct_fivetran_incidents": "cause_id",
}


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


@cache
def keys() -> dict[str, list[str]]:
    """The key of each mart, as the test in its YAML names it."""
    found: dict[str, list[str]] = {}
    for path in (ROOT / "models" / "marts").rglob("*.yml"):
        for model in read_yaml(path).get("models") or []:
            for test in model.get("data_tests", []):
                if isinstance(test, dict) and "key_and_rules" in test:
                    found[model["name"]] = test["key_and_rules"]["arguments"]["key"]
            for column in model.get("columns", []):
                names = [next(iter(test)) if isinstance(test, dict) else test for test in column.get("data_tests", [])]
                if "unique" in names or "unique_key" in names:
                    found.setdefault(model["name"], [column["name"]])
    return found


def read_marts(
    database: duckdb.DuckDBPyConnection, schema: str = "fivetran_analytics", prefix: str = "fct_"
) -> dict[str, list[Row]]:
    """The tables of a schema whose name begins with `prefix`: {table: rows}. `schema` may name its catalogue too."""
    catalogue, _, schema_name = schema.rpartition(".")
    names = database.execute(
        "select table_name from information_schema.tables where table_schema = ? and starts_with(table_name, ?) "
        "and (? = '' or table_catalog = ?) order by table_name",
        [schema_name, prefix, catalogue, catalogue],
    ).fetchall()
    return {name: read_rows(database, f"from {schema}.{name}") for (name,) in names}


def read_rows(database: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The answer to one statement, a dictionary a row."""
    cursor = database.execute(sql)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def numbered_by_content(marts: Marts) -> Marts:
    """The marts with a number in place of ids that name an event.

    Each engine writes an event's JSON in a form of its own, and so has ids of its own. Rows are numbered in the
    order of what else they say, so that every other column is still compared. Columns that name an event get its
    number too.
    """
    numbered = dict(marts)
    number_of: dict[Any, str] = {}

    def named(mart: str) -> list[Row]:
        column = NAMES_AN_EVENT.get(mart)
        rows = numbered.get(mart, [])
        return [row | {column: number_of.get(row[column], row[column])} for row in rows] if column else list(rows)

    for mart, column in EVENT_IDS.items():
        rows = named(mart)
        assert len({row[column] for row in rows}) == len(rows), f"{column} appears twice in {mart}"
        contents = {
            row[column]: json.dumps(
                {name: comparable(value) for name, value in row.items() if name != column}, sort_keys=True, default=str
            )
            for row in rows
        }
        ordered = sorted(rows, key=lambda row: contents[row[column]])
        numbered[mart] = [row | {column: number} for number, row in enumerate(ordered)]
        # rows that say the same have one number where others name them
        first = {contents[row[column]]: number for number, row in reversed(list(enumerate(ordered)))}
        number_of |= {identifier: f"{mart} {first[content]}" for identifier, content in contents.items()}
    for mart in NAMES_AN_EVENT.keys() - EVENT_IDS.keys():
        if mart in numbered:
            numbered[mart] = named(mart)
    return numbered


def mart_differences(expected: Marts, found: Marts) -> list[str]:
    """Sentences, one a difference, over all marts; none where both hold the same marts with the same rows."""
    if set(expected) != set(found):
        return [f"marts differ: {sorted(set(expected) ^ set(found))}"]
    return [
        f"{mart}: {difference}"
        for mart, rows in sorted(expected.items())
        for difference in differences(rows, found[mart], keys()[mart])
    ]
