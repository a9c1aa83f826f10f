"""The tables of the Platform connector, as the dbt project's sources YAML describes them: the only list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from fivetran_logs.dbt.settings import packaged_project
from fivetran_logs.failures.errors import UserError
from fivetran_logs.yaml_files import read_yaml

SOURCES_FILE = Path("models/staging/_fivetran_log__sources.yml")


@dataclass(frozen=True)
class Gap:
    """The cost of a missing table or column.

    `level`: error, results are wrong or empty; warning, marts lose something; info, the marts lose little.
    `loses`: the figures that become empty or null; None if no mart reads the table.
    """

    level: str
    loses: str | None
    marts: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class SourceColumn:
    """One declared column.

    `data_type`: text, timestamp, boolean, integer, bigint, numeric or json.
    `gap`: set if a missing column costs more than nulls in the marts.
    `is_undocumented`: most accounts lack it, which is nothing to tell.
    """

    name: str
    data_type: str
    legacy_names: tuple[str, ...] = ()
    gap: Gap | None = None
    is_undocumented: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the column has gone by, today's first."""
        return (self.name, *self.legacy_names)


@dataclass(frozen=True)
class SourceTable:
    """One declared table.

    `rows_repeat_keys`: different rows may share a key (log, connection).
    `plan`: only accounts on that plan have the table.
    `event_time`: the column with the time of a row's event; None if rows are not events.
    """

    name: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    gap: Gap
    rows_repeat_keys: bool = False
    legacy_names: tuple[str, ...] = ()
    plan: str | None = None
    event_time: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the table has gone by, today's first."""
        return (self.name, *self.legacy_names)

    def column(self, name: str) -> SourceColumn | None:
        """The declared column of that name, today's or an older one, in any case."""
        lowered = name.lower()
        return next((column for column in self.columns if lowered in column.names), None)


class SourceTables:
    """All declared tables, in the YAML's order, found by any name they have gone by."""

    def __init__(self, tables: list[SourceTable]) -> None:
        self.tables = tables
        self._by_name = {name: table for table in tables for name in table.names}

    def __len__(self) -> int:
        return len(self.tables)

    def __iter__(self) -> Iterator[SourceTable]:
        return iter(self.tables)

    def find(self, name: str) -> SourceTable | None:
        return self._by_name.get(name.lower())


def read_source_tables(project_dir: Path | None = None) -> SourceTables:
    """The source tables of a project, or of the packaged project if the given one has no sources file.

    Raises:
        UserError: the file is missing or not YAML.
    """
    for directory in filter(None, (project_dir, packaged_project())):
        if (directory / SOURCES_FILE).is_file():
            return _read(directory / SOURCES_FILE)
    raise UserError(f"The dbt project is incomplete: {packaged_project() / SOURCES_FILE} is missing. Reinstall it.")


@lru_cache
def _read(path: Path) -> SourceTables:
    try:
        content = read_yaml(path)
        tables = [table for source in content["sources"] for table in source["tables"]]
        return SourceTables([_table(table) for table in tables])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(f"{path} is not a valid sources file: {error}") from error


def _table(entry: dict) -> SourceTable:
    meta = _meta(entry)
    return SourceTable(
        name=entry["name"],
        columns=tuple(
            SourceColumn(
                name=column["name"],
                data_type=column["data_type"],
                legacy_names=tuple(_meta(column).get("legacy", ())),
                gap=_gap(_meta(column)) if "level" in _meta(column) else None,
                is_undocumented=bool(_meta(column).get("undocumented")),
            )
            for column in entry["columns"]
        ),
        key=tuple(meta["key"]),
        gap=_gap(meta),
        rows_repeat_keys=not meta.get("distinct", True),
        legacy_names=tuple(meta.get("legacy", ())),
        plan=meta.get("plan"),
        event_time=meta.get("event_time"),
    )


def _gap(meta: dict) -> Gap:
    return Gap(meta["level"], meta.get("loses"), tuple(meta.get("marts", ())), meta["remedy"])


def _meta(entry: dict) -> dict:
    return entry.get("meta") or (entry.get("config") or {}).get("meta") or {}
