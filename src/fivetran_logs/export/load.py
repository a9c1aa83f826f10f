"""An export of the Platform connector's schema goes into the DuckDB file, all or nothing.

Every column the sources YAML declares gets the type it has there: ids such as `00123` stay text, timestamps become UTC
without zone, counts are 64 bits wide. Where one value of a column does not fit, the whole column is kept as text, so
that no value is lost and staging reads each on its own. Columns that it does not declare are loaded as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from fivetran_logs.dbt.as_of import LOADS_TABLE
from fivetran_logs.dbt.source_tables import SourceTable, SourceTables
from fivetran_logs.export.files import Export, TableFiles, arrived_relation, find_export
from fivetran_logs.export.same_json import canonical_json
from fivetran_logs.export.times import utc_time
from fivetran_logs.failures.duckdb_file import open_duckdb, quoted
from fivetran_logs.failures.errors import UserError, one_line
from fivetran_logs.progress import Progress, silent

SOURCE_SCHEMA = "fivetran_log"
LOG_IDENTITY = ("id", "time_stamp", "connection_id", "message_event", "message_data")
_PAYLOAD = "message_data"  # of the log: compared by its values, however they are spelled
_SYNCED = "_fivetran_synced"
_USAGE, _FREE_TYPE = "incremental_mar", "free_type"
_DELIVERY_MINUTES = 60  # as fivetran_logs_usage_delivery_minutes
_ARRIVED, _INCOMING = "arrived_rows", "incoming_rows"
_READING = 0.5  # share of the work; the rest is writing


@dataclass(frozen=True)
class LoadedTable:
    """One table after the load. `rows_new` and `rows_changed` count what `--append` added and replaced."""

    name: str
    file: str
    rows: int
    rows_new: int
    rows_changed: int = 0
    kept_as_text: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadSummary:
    """What a load did. `newest_log_at` is UTC without zone, None where the log is empty."""

    database: Path
    tables: list[LoadedTable]
    unknown_files: list[str]
    untouched_tables: list[str]
    newest_log_at: datetime | None
    appended: bool
    is_other_account: bool = False  # shares no destination with what was there: models would mix the two


@dataclass
class _Column:
    """A column on its way in: its SQL over what arrived, its name and type in the table."""

    name: str
    sql: str
    data_type: str
    declared: str | None = None  # name in the source_tables
    fits: str | None = field(default=None)  # SQL that is true where a value can take the type


def load(
    directory: Path,
    database: Path,
    source_tables: SourceTables,
    *,
    append: bool = False,
    progress: Progress | None = None,
) -> LoadSummary:
    """Loads every table found in `directory` into schema `fivetran_log` of `database`, in one transaction.

    Without `append` each table found replaces the one of that name, today's or an older one; others are left alone.
    With `append`, rows whose key is there already replace them unless they are older (`_fivetran_synced`); tables whose
    rows may repeat a key (log, connection, connector_sdk_log) gain the rows that differ from all that are there in
    anything but `_fivetran_synced`, the log by sync_id, id, time_stamp, connection_id, message_event and the values of
    message_data, however they are spelled. Usage that Fivetran restated replaces what it corrects: of a table's day
    the newest delivery stays, whatever its free types.

    Raises:
        UserError: a file is damaged or missing, or the database is in use; nothing has changed then.
    """
    progress = progress or silent
    export = find_export(directory, source_tables)
    with open_duckdb(database) as connection:
        # Read everything first, outside the transaction: a reading that fails would end it, and there may be another.
        arrived = _read(connection, export, progress)
        connection.execute("begin")
        try:
            connection.execute(f"create schema if not exists {SOURCE_SCHEMA}")
            before = _destinations(connection)
            tables = _write(connection, export, arrived, append, progress)
            after = _destinations(connection)
            newest = _newest_log_at(connection, source_tables)
            _note(connection, directory, tables, newest)
            connection.execute("commit")
        except duckdb.Error as error:
            raise UserError(f"{database} could not be written, nothing has changed: {one_line(str(error))}") from error
        progress("done", 1.0)
        kept = _existing_tables(connection) - {table.name for table in tables}
    other_account = bool(before and after and not before & after)
    return LoadSummary(database, tables, export.unknown, sorted(kept), newest, append, other_account)


def _read(connection: duckdb.DuckDBPyConnection, export: Export, progress: Progress) -> list[str]:
    """One relation per table of the export, as SQL."""
    total = sum(files.size_bytes for files in export.tables) or 1
    done = 0
    relations = []
    for number, files in enumerate(export.tables):
        progress(f"reading {files.label}", _READING * done / total)
        relations.append(arrived_relation(connection, files, f"{_ARRIVED}_{number}"))
        done += files.size_bytes
    return relations


def _write(
    connection: duckdb.DuckDBPyConnection, export: Export, arrived: list[str], append: bool, progress: Progress
) -> list[LoadedTable]:
    total = sum(files.size_bytes for files in export.tables) or 1
    done = 0
    tables = []
    for files, relation in zip(export.tables, arrived, strict=True):
        progress(f"writing {files.name}", _READING + (1 - _READING) * done / total)
        try:
            tables.append(_write_table(connection, files, relation, export, append))
        except duckdb.Error as error:
            cause = one_line(str(error).split("\n")[0])
            raise UserError(f"{files.paths[0]} could not be loaded, nothing has changed: {cause}") from error
        done += files.size_bytes
    return tables


def _write_table(
    connection: duckdb.DuckDBPyConnection, files: TableFiles, arrived: str, export: Export, append: bool
) -> LoadedTable:
    existing = _existing_tables(connection)
    columns, as_text = _typed_columns(connection, files.table, arrived)
    select = f"select {', '.join(f'{c.sql} as {quoted(c.name)}' for c in columns)} from {arrived}"
    same = [name for name in files.table.names if name in existing]
    if append and same:
        target = files.name if files.name in same else same[0]
        connection.execute(f"create or replace temporary table {_INCOMING} as {select}")
        new, changed = _append(connection, files.table, target, columns)
        name = target
    else:
        # Under another of its names the table would hide this one, or be hidden by it; unless both have come.
        together = {other.name for other in export.tables}
        for stale in set(same) - together:
            connection.execute(f"drop table {SOURCE_SCHEMA}.{quoted(stale)}")
        connection.execute(f"create or replace table {SOURCE_SCHEMA}.{quoted(files.name)} as {select}")
        name = files.name
        new, changed = _count(connection, f"{SOURCE_SCHEMA}.{quoted(name)}"), 0
    rows = _count(connection, f"{SOURCE_SCHEMA}.{quoted(name)}")
    return LoadedTable(name, files.label, rows, new, changed, as_text)


# -- types


def _typed_columns(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, arrived: str
) -> tuple[list[_Column], tuple[str, ...]]:
    """The columns with their SQL, and the names of those kept as text because a value does not fit its type."""
    columns = []
    for name, arrived_type, *_ in connection.execute(f"describe from {arrived}").fetchall():
        declared = table.column(name)
        if declared is None:
            columns.append(_Column(name, quoted(name), arrived_type))
            continue
        columns.append(_typed(name.lower(), quoted(name), arrived_type, declared.data_type, declared.name))
    doubtful = [column for column in columns if column.fits]
    if not doubtful:
        return columns, ()
    checks = ", ".join(f"coalesce(bool_and({column.fits}), true)" for column in doubtful)
    fits = connection.execute(f"select {checks} from {arrived}").fetchone()
    misfits = {column.name for column, fit in zip(doubtful, fits, strict=True) if not fit}
    for column in columns:
        if column.name in misfits:
            column.sql, column.data_type = f"{quoted(column.name)}::varchar", "VARCHAR"
    return columns, tuple(sorted(misfits))


def _typed(name: str, value: str, arrived: str, data_type: str, declared: str) -> _Column:
    """The SQL that gives a value its declared type, and where that can fail, the SQL that says whether it does not."""
    is_text = arrived == "VARCHAR"
    text = f"nullif(trim({value}), '')"
    if data_type in ("text", "json"):
        nested = arrived.startswith(("STRUCT", "MAP", "UNION")) or arrived.endswith("]")
        sql = value if is_text else f"to_json({value})::varchar" if nested else f"{value}::varchar"
        return _Column(name, sql, "VARCHAR", declared)
    if data_type == "timestamp":
        sql = utc_time(value, arrived)
        if sql is None:
            return _Column(name, value, arrived, declared)
        return _Column(name, sql, "TIMESTAMP", declared, f"{text if is_text else value} is null or {sql} is not null")
    if data_type == "boolean":
        if arrived == "BOOLEAN":
            return _Column(name, value, arrived, declared)
        sql = f"try_cast({text if is_text else f'{value}::varchar'} as boolean)"
        return _Column(name, sql, "BOOLEAN", declared, f"{text if is_text else value} is null or {sql} is not null")
    value = text if is_text else value
    if data_type in ("integer", "bigint"):
        sql = f"try_cast({value} as bigint)"
        whole = f"try_cast({value} as double) = {sql}::double"  # 1.5 casts to 2 and must not
        return _Column(name, sql, "BIGINT", declared, f"{value} is null or coalesce({whole}, false)")
    if is_text:
        sql = f"try_cast({value} as decimal(38, 9))"
        return _Column(name, sql, "DECIMAL(38,9)", declared, f"{value} is null or {sql} is not null")
    return _Column(name, value, arrived, declared)


# -- append


def _append(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, target: str, columns: list[_Column]
) -> tuple[int, int]:
    """Adds the incoming rows to a table that is there already: (rows new, rows replaced)."""
    relation = f"{SOURCE_SCHEMA}.{quoted(target)}"
    names = _align(connection, table, relation, columns)
    column_list = ", ".join(map(quoted, names))
    before = _count(connection, relation)
    physical = {(table.column(name).name if table.column(name) else name): name for name in names}
    has_key = all(key in physical for key in table.key)
    if not table.rows_repeat_keys and has_key:
        same = _same_row([physical[key] for key in table.key])
        stamps = [physical[name] for name in (_SYNCED, "updated_at") if name in physical]
        restated = 0
        if table.name == _USAGE and stamps:
            group = [physical[key] for key in table.key if key != _FREE_TYPE]
            _delete_restated(connection, _INCOMING, relation, group, stamps)
            restated = _delete_restated(connection, relation, _INCOMING, group, stamps)
        not_older = f" and coalesce(i.{_SYNCED} >= t.{_SYNCED}, true)" if _SYNCED in names else ""
        replaced = connection.execute(
            f"select count(*) from {relation} t where exists (select 1 from {_INCOMING} i where {same}{not_older}"
            f" and ({_differs([n for n in names if n != _SYNCED])}))"
        ).fetchone()[0]
        connection.execute(f"delete from {relation} t using {_INCOMING} i where {same}{not_older}")
        connection.execute(
            f"insert into {relation} ({column_list}) select distinct {column_list} from {_INCOMING} i"
            f" where not exists (select 1 from {relation} t where {same})"
        )
        return max(_count(connection, relation) - before, 0), replaced + restated
    wanted = LOG_IDENTITY if table.name == "log" else [name for name in physical if name != _SYNCED]
    identity = [physical[name] for name in wanted if name in physical]
    sync = [name for name in (physical.get("sync_id"),) if table.name == "log" and name]
    # an event that comes again with another sync id is kept beside: the models let the newest decide
    other_sync = "".join(f" and coalesce(t.{quoted(name)} = i.{quoted(name)}, true)" for name in sync)
    copies = ", ".join(_value("i", name) for name in identity + sync)
    order = f" order by {_SYNCED}" if _SYNCED in names else ""
    connection.execute(
        f"insert into {relation} ({column_list}) select {column_list} from {_INCOMING} i"
        f" where not exists (select 1 from {relation} t where {_same_row(identity)}{other_sync})"
        f" qualify row_number() over (partition by {copies}{order}) = 1"
    )
    return _count(connection, relation) - before, 0


def _delete_restated(
    connection: duckdb.DuckDBPyConnection, relation: str, other: str, group: list[str], stamps: list[str]
) -> int:
    """Deletes what an older delivery than the other relation's newest said of the same group; returns how many rows."""

    def delivered(alias: str) -> str:
        return f"coalesce({', '.join(f'try_cast({alias}.{quoted(stamp)} as timestamp)' for stamp in stamps)})"

    return connection.execute(
        f"delete from {relation} t where exists (select 1 from {other} i where {_same_row(group)}"
        f" and {delivered('t')} < {delivered('i')} - interval {_DELIVERY_MINUTES} minute)"
    ).fetchone()[0]


def _value(relation: str, name: str) -> str:
    column = f"{relation}.{quoted(name)}"
    return canonical_json(column) if name.lower() == _PAYLOAD else column


def _same_row(names: list[str]) -> str:
    return " and ".join(f"{_value('t', name)} is not distinct from {_value('i', name)}" for name in names)


def _differs(names: list[str]) -> str:
    return " or ".join(f"t.{quoted(name)} is distinct from i.{quoted(name)}" for name in names) or "false"


def _align(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, relation: str, columns: list[_Column]
) -> list[str]:
    """Makes table and incoming rows agree in names and types; returns the incoming columns' names in the table.

    A column known under an older or a newer name goes by the name the table has. Where types differ, both become text.
    """
    existing = {
        name.lower(): data_type for name, data_type, *_ in connection.execute(f"describe {relation}").fetchall()
    }
    incoming = {column.name.lower() for column in columns}
    names = []
    for column in columns:
        name = column.name
        if name.lower() not in existing and column.declared:
            others = [other for other in table.column(column.declared).names if other in existing.keys() - incoming]
            if others:
                name = others[0]
                connection.execute(f"alter table {_INCOMING} rename column {quoted(column.name)} to {quoted(name)}")
        names.append(name)
        if name.lower() not in existing:
            connection.execute(f"alter table {relation} add column {quoted(name)} {column.data_type}")
        elif existing[name.lower()] != column.data_type:
            for side, data_type in ((relation, existing[name.lower()]), (_INCOMING, column.data_type)):
                if data_type != "VARCHAR":
                    connection.execute(f"alter table {side} alter column {quoted(name)} set data type varchar")
    return names


# -- what is there, and what is noted


def _existing_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "select lower(table_name) from information_schema.tables"
        f" where table_schema = '{SOURCE_SCHEMA}' and table_catalog = current_database()"
    ).fetchall()
    return {row[0] for row in rows}


def _destinations(connection: duckdb.DuckDBPyConnection) -> set[str]:
    if not _has_column(connection, "destination", "id"):
        return set()
    return {row[0] for row in connection.execute(f"select distinct id from {SOURCE_SCHEMA}.destination").fetchall()}


def _has_column(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    return _type_of(connection, table, column) is not None


def _type_of(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> str | None:
    """The data type of a source column, None where there is no such column."""
    row = connection.execute(
        "select data_type from duckdb_columns() where database_name = current_database() and schema_name = ?"
        " and lower(table_name) = ? and lower(column_name) = ?",
        [SOURCE_SCHEMA, table, column],
    ).fetchone()
    return row[0] if row else None


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return connection.execute(f"select count(*) from {relation}").fetchone()[0]


def _newest_log_at(connection: duckdb.DuckDBPyConnection, source_tables: SourceTables) -> datetime | None:
    """The newest time in the log, UTC. A stamp later than the log's arrival, or than today, comes from a clock that ran
    ahead, and counts only where there are no others.
    """
    log = source_tables.find("log")

    def time_of(name: str) -> str:
        """SQL of a declared column, under whichever of its names the log has it; null where it has none."""
        column = log.column(name) if log else None
        types = {spelled: _type_of(connection, "log", spelled) for spelled in (column.names if column else ())}
        times = [utc_time(f'"{spelled}"', data_type) for spelled, data_type in types.items() if data_type]
        return f"coalesce({', '.join([*filter(None, times), 'cast(null as timestamp)'])})"

    if not log or log.name not in _existing_tables(connection):
        return None
    return connection.execute(
        f"""
        select coalesce(max(stamp) filter (where stamp <= least(latest, newest_arrival + interval 1 day)), max(stamp))
        from (
            select
                {time_of(log.event_time or "")} as stamp,
                timezone('UTC', now()) + interval 1 day as latest,
                max({time_of("_fivetran_synced")}) over () as newest_arrival
            from {SOURCE_SCHEMA}.log
        )
        """
    ).fetchone()[0]


def _note(
    connection: duckdb.DuckDBPyConnection, directory: Path, tables: list[LoadedTable], newest: datetime | None
) -> None:
    schema = LOADS_TABLE.split(".")[0]
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(
        f"create table if not exists {LOADS_TABLE} "
        "(loaded_at timestamp, directory varchar, tables varchar[], rows bigint, newest_log_at timestamp)"
    )
    connection.execute(
        f"insert into {LOADS_TABLE} values (?, ?, ?, ?, ?)",
        [
            datetime.now(timezone.utc).replace(tzinfo=None),
            str(directory.resolve()),
            [table.name for table in tables],
            sum(table.rows for table in tables),
            newest,
        ],
    )
