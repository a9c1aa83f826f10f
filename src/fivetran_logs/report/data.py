"""The report's data as JSON: the warehouse's answers in the types of the schema, with repeated texts stored once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from fivetran_logs import __version__
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.report import explained
from fivetran_logs.report import told as told_by_alerts
from fivetran_logs.report.queries import Answers
from fivetran_logs.report.redaction import Aliases
from fivetran_logs.report.schema import Column, Schema, Table, read_schema
from fivetran_logs.report.told import NOBODY, Told

FORMAT = "fivetran-logs-report"
_ALL_ROWS = "all_rows"  # column with the full number of rows, in a query that keeps only the first
# Decimal places kept, by type. More than is shown, less than a double prints.
_PLACES = {"share": 6, "score": 2, "seconds": 1, "minutes": 1, "hours": 2, "usd": 2, "number": 4}

Data = dict[str, Any]


def make_data(answers: Answers, *, redact: bool = False, now: datetime | None = None, told: Told = NOBODY) -> Data:
    """Everything the report shows, ready for JSON; docs/report.md describes it.

    redact  names, e-mails, messages, values and ids become aliases
    now     when the report is written, UTC; default: the present
    told    who was told of open incidents
    """
    schema = read_schema()
    aliases = Aliases(answers.alias_key) if redact else None
    rows = {**answers.tables, told_by_alerts.TABLE: told.rows, explained.TABLE: explained.read_rules()}
    keys = _reference_keys(schema, rows)
    tables = {name: _table(table, rows[name], keys, aliases) for name, table in schema.tables.items()}
    return {
        "format": FORMAT,
        "version": schema.version,
        "generator": f"fivetran-logs {__version__}",
        "generated_at": _timestamp(now or datetime.now(timezone.utc)),
        "as_of": _timestamp(answers.as_of),
        "redacted": redact,
        "told_until": told.until and _timestamp(told.until),
        "tables": tables,
    }


def to_json(data: Data) -> str:
    """The data as compact JSON, in one line."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def records(data: Data, table: str) -> list[dict[str, Any]]:
    """The rows of one table as dictionaries: categories as their texts, references as the row they lead to."""
    content = data["tables"][table]
    columns = content["columns"]
    return [
        {column["name"]: _resolve(column, cell) for column, cell in zip(columns, row, strict=True)}
        for row in content["rows"]
    ]


def _resolve(column: dict[str, Any], cell: Any) -> Any:
    return column["values"][cell] if "values" in column and cell is not None else cell


def _reference_keys(schema: Schema, answers: dict[str, Rows]) -> dict[tuple[str, str], dict[Any, int]]:
    """For each column that references look up: the row number of each value."""
    wanted = {(c.table, c.column) for table in schema.tables.values() for c in table.columns if c.table and c.column}
    keys = {}
    for table, column in wanted:
        rows = answers[table]
        place = _place(rows, column)
        keys[table, column] = {row[place]: number for number, row in enumerate(rows.rows)}
    return keys


def _table(table: Table, rows: Rows, keys: dict, aliases: Aliases | None) -> Data:
    encoded = [_encode(column, rows, keys, aliases) for column in table.columns]
    columns = [description for description, _ in encoded]
    cells = [cells for _, cells in encoded]
    content: Data = {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}
    lowered = [name.lower() for name in rows.columns]
    if _ALL_ROWS in lowered:
        content["total_rows"] = int(rows.rows[0][lowered.index(_ALL_ROWS)]) if rows.rows else 0
    return content


def _encode(column: Column, rows: Rows, keys: dict, aliases: Aliases | None) -> tuple[Data, list[Any]]:
    place = _place(rows, column.name)
    values = [row[place] for row in rows.rows]
    description: Data = {"name": column.name, "type": column.type}
    if column.type == "reference":
        description["table"] = column.table
        lookup = keys[column.table, column.column]
        return description, [lookup.get(value) for value in values]
    cells = [None if value is None else _CONVERT[column.type](value) for value in values]
    if aliases is not None and column.alias is not None:
        cells = [None if cell is None else aliases.of(column.alias, cell) for cell in cells]
    if column.type == "category":
        distinct = list(dict.fromkeys(cell for cell in cells if cell is not None))
        numbers = {text: number for number, text in enumerate(distinct)}
        description["values"] = distinct
        cells = [None if cell is None else numbers[cell] for cell in cells]
    return description, cells


def _place(rows: Rows, name: str) -> int:
    """Engines differ in the case of column names."""
    return [column.lower() for column in rows.columns].index(name)


def _number(places: int) -> Callable[[Any], float | int | None]:
    def convert(value: Any) -> float | int | None:
        number = float(value)
        if number != number or number in (float("inf"), float("-inf")):
            return None
        number = round(number, places)
        return int(number) if number.is_integer() else number

    return convert


def _share(value: Any) -> float | int | None:
    """A share, never rounded to none or to all."""
    share, places = float(value), _PLACES["share"]
    if 0 < share < 1:
        least = 10**-places
        return min(max(round(share, places), least), 1 - least)
    return _number(places)(value)


def _seconds(value: Any) -> float | int | None:
    """Tenths of a second only where they are shown: under a minute and a half."""
    return _number(_PLACES["seconds"] if abs(float(value)) < 90 else 0)(value)


def _timestamp(value: datetime | date | str) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc)
    return f"{value:%Y-%m-%dT%H:%M:%S}Z"


def _date(value: date | str) -> str:
    return str(value)[:10]


def _text(value: Any) -> str:
    # A lone half of a surrogate pair is not valid Unicode: UTF-8 cannot encode it.
    return str(value).encode("utf-8", "replace").decode("utf-8")


_CONVERT: dict[str, Callable[[Any], Any]] = {
    **{name: _number(places) for name, places in _PLACES.items()},
    "share": _share,
    "seconds": _seconds,
    "integer": lambda value: int(Decimal(str(value))),
    "days_ago": int,
    "boolean": bool,
    "timestamp": _timestamp,
    "date": _date,
    "text": _text,
    "category": _text,
}
