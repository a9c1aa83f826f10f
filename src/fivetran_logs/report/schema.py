"""The report's JSON as `schema.yml` describes it: tables, columns, types, units, and what redaction replaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fivetran_logs.yaml_files import parse_yaml

TYPES = {
    "integer", "number", "share", "score", "seconds", "minutes", "hours", "usd", "days_ago", "timestamp", "date",
    "boolean", "text", "category", "reference",
}  # fmt: skip
_COLUMN = re.compile(r"^(?P<type>\w+)(?: @(?P<alias>\w+))?(?: > (?P<table>\w+)\.(?P<column>\w+))?$")


@dataclass(frozen=True)
class Column:
    """One column: its type (with the unit), the kind of its alias, and the target of a reference."""

    name: str
    type: str
    description: str
    alias: str | None = None
    table: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: the meaning of a row, and its columns in order."""

    name: str
    rows: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Schema:
    """All tables by name. `version` changes when a table or column is renamed, dropped or redefined."""

    version: int
    tables: dict[str, Table]


@cache
def read_schema() -> Schema:
    """The schema this version of the report writes."""
    content = parse_yaml(files(__package__).joinpath("schema.yml").read_text(encoding="utf-8"))
    tables = {
        name: Table(name, table["rows"], tuple(_column(*item) for item in table["columns"].items()))
        for name, table in content["tables"].items()
    }
    return Schema(content["version"], tables)


def _column(name: str, text: str) -> Column:
    kind, description = (part.strip() for part in text.split("|", 1))
    match = _COLUMN.match(kind)
    if match is None or match["type"] not in TYPES:
        raise ValueError(f"schema.yml: {name} has no type that is known: {kind!r}")
    return Column(name, match["type"], description, match["alias"], match["table"], match["column"])
