"""The tables the Platform connector writes, as the dbt project's sources YAML declares them: the only list there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from fivetran_logs.dbt.settings import packaged_project
from fivetran_logs.failures.errors import UserError

SOURCES_FILE = Path("models/staging/_fivetran_log__sources.yml")


@dataclass(frozen=True)
class SourceColumn:
    """One declared column. `data_type` is text, timestamp, boolean, integer, bigint, numeric or json."""

    name: str
    data_type: str
    legacy_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the column has gone by, today's first."""
        return (self.name, *self.legacy_names)


@dataclass(frozen=True)
class SourceTable:
    """One declared table.

    `rows_repeat_keys`: rows may share a key without being one (log, connection).
    `plan`: only accounts on that plan have the table.
    """

    name: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    rows_repeat_keys: bool = False
    legacy_names: tuple[str, ...] = ()
    plan: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the table has gone by, today's first."""
        return (self.name, *self.legacy_names)

    def column(self, name: str) -> SourceColumn | None:
        """The declared column of that name, today's or an older one, in any case."""
        lowered = name.lower()
        return next((column for column in self.columns if lowered in column.names), None)


class Contract:
    """All declared tables, found by any name they have gone by."""

    def __init__(self, tables: list[SourceTable]) -> None:
        self.tables = tables
        self._by_name = {name: table for table in tables for name in table.names}

    def __iter__(self) -> Iterator[SourceTable]:
        return iter(self.tables)

    def find(self, name: str) -> SourceTable | None:
        return self._by_name.get(name.lower())


def read_contract(project_dir: Path | None = None) -> Contract:
    """The contract of a project; that of the packaged project where the given one has none.

    Raises:
        UserError: the file is missing or no YAML.
    """
    for directory in filter(None, (project_dir, packaged_project())):
        if (directory / SOURCES_FILE).is_file():
            return _read(directory / SOURCES_FILE)
    raise UserError(f"The dbt project is incomplete: {packaged_project() / SOURCES_FILE} is missing. Reinstall it.")


@lru_cache
def _read(path: Path) -> Contract:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        tables = [table for source in content["sources"] for table in source["tables"]]
        return Contract([_table(table) for table in tables])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(f"{path} is no valid sources file: {error}") from error


def _table(entry: dict) -> SourceTable:
    meta = _meta(entry)
    return SourceTable(
        name=entry["name"],
        columns=tuple(
            SourceColumn(column["name"], column["data_type"], tuple(_meta(column).get("legacy", ())))
            for column in entry["columns"]
        ),
        key=tuple(meta["key"]),
        rows_repeat_keys=not meta.get("distinct", True),
        legacy_names=tuple(meta.get("legacy", ())),
        plan=meta.get("plan"),
    )


def _meta(entry: dict) -> dict:
    return entry.get("meta") or (entry.get("config") or {}).get("meta") or {}
