"""What `fivetran-logs check` asks: the target, its schemas, and every source table there. It judges nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fivetran_logs.dbt.initialised import parses_analyses
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import PROJECT_NAME
from fivetran_logs.dbt.source_tables import SourceTable, SourceTables
from fivetran_logs.dbt.warehouse import Target, Warehouse, open_warehouse, read_target
from fivetran_logs.failures import snowflake_keys as keys
from fivetran_logs.failures.errors import WRONG_USE, UserError

CLOCK_SLACK = timedelta(minutes=5)  # clocks of source, warehouse and this machine differ by seconds
WEEK = timedelta(days=7)  # of the log whose keys are looked at
ONE_DATABASE = ("postgres",)  # engines that cannot read from another database
_SOURCE = f"source.{PROJECT_NAME}.fivetran_log."
_NO_FILE = re.compile(r"(md|motherduck):|:memory:$")


@dataclass(frozen=True)
class UnreadableValues:
    """A column of times or numbers with values that staging cannot read: `unreadable` of `rows` that have a value."""

    column: str
    rows: int
    unreadable: int
    example: str


@dataclass(frozen=True)
class TableState:
    """One source table in one schema. Times are UTC.

    found_as        its name there, in lower case: an older name, perhaps
    rows            None where the table cannot be read; `failure` says why
    newest_event    None where rows are not events
    repeated_keys   keys on several rows; of events, in the last week
    future_rows     rows later than now
    untold_days     days of a table's usage that arrived at once, but whose rows were updated more than a day apart
    missing_columns declared columns that it lacks under every name
    unread_columns  columns it has that are not declared
    """

    schema: str
    table: str
    found_as: str
    rows: int | None = None
    newest_event: datetime | None = None
    newest_arrival: datetime | None = None
    repeated_keys: int = 0
    future_rows: int = 0
    untold_days: int = 0
    missing_columns: tuple[str, ...] = ()
    unread_columns: tuple[str, ...] = ()
    unreadable_values: tuple[UnreadableValues, ...] = ()
    failure: str | None = None


@dataclass(frozen=True)
class TargetState:
    """Whether a build may write, where the engine can say so without writing; None and empty where it cannot.

    closed_schemas      schemas of the marts that exist and that the user may not write into
    may_create_schemas  asked only where a schema is missing and none is closed
    """

    closed_schemas: tuple[str, ...] = ()
    may_create_schemas: bool | None = None
    is_replica: bool = False
    has_read_only_transactions: bool = False
    is_opened_read_only: bool = False


@dataclass
class Facts:
    """All that a check saw. `look` fills it in; whoever reads it changes nothing.

    as_of, now          UTC; what ages are measured against, and the clock
    missing_file        the DuckDB file, where it does not exist
    read_only_file      the DuckDB file, where it cannot be written
    parses_analyses     the project is a directory of an older `init`, where dbt parses the named queries
    failure             why looking ended early; `connected` says whether it came as far as the warehouse
    database_failure    why the schemas of the source's database cannot be listed
    wanted_schemas      Platform schemas the project reads, as it names them
    schemas             all schemas of the source's database; None where they were not asked for
    unknown_tables      `schema.table` of tables there that are not the Platform connector's
    price_problems      what is wrong with the price lists as they were last built
    cost_notes          what a person must do about costs of the last build
    """

    target: Target
    as_of: datetime
    now: datetime
    connected: bool = False
    key_findings: tuple[keys.KeyFinding, ...] = ()
    key_fingerprint: str | None = None
    missing_file: Path | None = None
    read_only_file: Path | None = None
    parses_analyses: bool = False
    failure: str | None = None
    target_state: TargetState = field(default_factory=TargetState)
    database: str | None = None
    database_failure: str | None = None
    wanted_schemas: tuple[str, ...] = ()
    schemas: tuple[str, ...] | None = None
    tables: list[TableState] = field(default_factory=list)
    unknown_tables: list[str] = field(default_factory=list)
    price_problems: tuple[str, ...] = ()
    cost_notes: tuple[str, ...] = ()

    @property
    def crosses_databases(self) -> bool:
        """Whether the source is in another database than the target, on an engine that cannot read both."""
        own = (self.target.database or "").lower()
        return self.database is not None and self.target.type in ONE_DATABASE and self.database.lower() != own

    def named_like(self, schema: str) -> list[str]:
        """Schemas of the source's database with that name, in any case."""
        return [name for name in self.schemas or () if name.lower() == schema.lower()]

    @property
    def read_schemas(self) -> list[str]:
        """Wanted schemas that are there, and there once."""
        return [schema for schema in self.wanted_schemas if len(self.named_like(schema)) == 1]


def look(project: DbtProject, source_tables: SourceTables, as_of: datetime | None = None) -> Facts:
    """Asks all there is to ask, in one connection, and changes nothing.

    as_of  UTC; None is now

    Raises:
        UserError: wrong use: no such target, no adapter (exit code 2).
    """
    target = read_target(project.settings)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    facts = Facts(target, as_of or now, now)
    _look_before_connecting(facts, project)
    if facts.missing_file or any(finding.fatal for finding in facts.key_findings):
        return facts
    try:
        manifest = project.manifest()
        with open_warehouse(project) as warehouse:
            facts.connected = True
            warehouse.use_macros(manifest)
            facts.target_state = _target_state(warehouse, {node.schema for node in manifest.nodes.values()})
            declared = {node.name: node for key, node in manifest.sources.items() if key.startswith(_SOURCE)}
            _look_at_source(facts, warehouse, source_tables, declared)
            built = {node.name: node.relation_name for node in manifest.nodes.values() if node.resource_type == "model"}
            facts.price_problems = _of_last_build(
                warehouse, built, "price_curve_problems", "price_tiers", "usage_months"
            )
            facts.cost_notes = _of_last_build(warehouse, built, "cost_notes", "allocated_costs")
    except UserError as error:
        if error.exit_code == WRONG_USE:
            raise
        facts.failure = str(error)
        facts.key_fingerprint = keys.environment_fingerprint() if target.type == "snowflake" else None
    return facts


def _look_before_connecting(facts: Facts, project: DbtProject) -> None:
    """A key that cannot work, a file that is not there, a project file of an older version."""
    target = facts.target
    facts.parses_analyses = parses_analyses(project.settings.project_dir)
    if target.type == "snowflake" and (os.environ.get(keys.CONTENT) or os.environ.get(keys.PATH)):
        facts.key_findings = tuple(keys.diagnose_environment())
    elif target.path and not _NO_FILE.match(target.path):
        path = project.settings.work_dir / target.path
        if not path.is_file():
            facts.missing_file = path
        elif not os.access(path, os.W_OK):
            facts.read_only_file = path


# -- target


def _target_state(warehouse: Warehouse, schemas: set[str]) -> TargetState:
    engine = warehouse.target.type
    if engine in ("postgres", "redshift"):
        names = ", ".join("'" + schema.replace("'", "''") + "'" for schema in sorted(schemas))
        found = warehouse.query(
            "select nspname, has_schema_privilege(nspname, 'CREATE') as allowed "
            f"from pg_catalog.pg_namespace where nspname in ({names})"
        ).rows
        closed = tuple(sorted(name for name, allowed in found if not allowed))
        may_create = None
        if not closed and len(found) < len(schemas):
            may_create = bool(_one(warehouse, "select has_database_privilege(current_database(), 'CREATE')")[0])
        is_replica, read_only = False, False
        if engine == "postgres":
            is_replica, read_only = _one(
                warehouse,
                "select pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'",
            )
        return TargetState(closed, may_create, bool(is_replica), bool(read_only))
    if engine == "duckdb":
        sql = "select readonly from duckdb_databases() where database_name = current_database()"
        return TargetState(is_opened_read_only=bool(_one(warehouse, sql)[0]))
    return TargetState()


def _of_last_build(warehouse: Warehouse, built: Mapping[str, str | None], macro: str, *models: str) -> tuple[str, ...]:
    """Asked of what the last build made; before a first build there is nothing to ask."""
    relations = {name: built.get(f"int_fivetran_log__{name}") for name in models}
    if not all(relation and warehouse.has(relation) for relation in relations.values()):
        return ()
    return tuple(sorted(str(row[-1]) for row in warehouse.query(warehouse.macro(macro, **relations)).rows))


def _one(warehouse: Warehouse, sql: str) -> tuple[Any, ...]:
    return warehouse.query(sql).rows[0]


# -- source


def _look_at_source(facts: Facts, warehouse: Warehouse, source_tables: SourceTables, declared: dict[str, Any]) -> None:
    facts.database = declared["log"].database
    if facts.crosses_databases:
        return
    facts.wanted_schemas = tuple(warehouse.macro("platform_schemas"))
    try:
        facts.schemas = tuple(warehouse.schemas(facts.database))
    except UserError as error:
        facts.database_failure = str(error)
        return
    for schema in facts.read_schemas:
        existing = warehouse.macro("source_columns", database=facts.database, schema=schema)
        used = set()
        for table in source_tables:
            names = [declared[table.name].identifier.lower(), *table.legacy_names]
            found_as = next((name for name in names if name in existing), None)
            if found_as is not None:
                used.add(found_as)
                columns = set(existing[found_as]["columns"])
                facts.tables.append(_table_state(facts, warehouse, schema, table, found_as, columns))
        facts.unknown_tables += [f"{schema}.{name}" for name in sorted(set(existing) - used)]


def _table_state(
    facts: Facts, warehouse: Warehouse, schema: str, table: SourceTable, found_as: str, columns: set[str]
) -> TableState:
    missing = tuple(
        column.name for column in table.columns if not columns.intersection(column.names) and not column.is_undocumented
    )
    declared = {name for column in table.columns for name in column.names}
    # Fivetran's own bookkeeping is nothing that anybody renames
    unread = tuple(sorted(name for name in columns - declared if not name.startswith("_fivetran_")))
    sql = warehouse.macro(
        "source_profile",
        table_name=table.name,
        schema=schema,
        now=(facts.now + CLOCK_SLACK).isoformat(sep=" "),
        since=(facts.as_of - WEEK).isoformat(sep=" "),
    )
    try:
        rows, arrival, event, future, repeated, untold = _one(warehouse, sql)
    except UserError as error:
        return TableState(
            schema, table.name, found_as, missing_columns=missing, unread_columns=unread, failure=str(error)
        )
    return TableState(
        schema,
        table.name,
        found_as,
        rows=int(rows),
        newest_event=_utc(event) if table.event_time else None,
        newest_arrival=_utc(arrival),
        # without its key a table repeats nothing
        repeated_keys=0 if set(table.key) & set(missing) else int(repeated or 0),
        future_rows=int(future or 0),
        untold_days=int(untold),
        missing_columns=missing,
        unread_columns=unread,
        unreadable_values=_unreadable_values(warehouse, table, schema),
    )


def _unreadable_values(warehouse: Warehouse, table: SourceTable, schema: str) -> tuple[UnreadableValues, ...]:
    """Asked of columns that arrived in another type than their own, which holds nothing else."""
    sql = warehouse.macro("unreadable_values", table_name=table.name, schema=schema)
    if not sql:
        return ()
    found = warehouse.query(sql).rows
    return tuple(UnreadableValues(str(name), int(rows), int(bad), str(example)) for name, rows, bad, example in found)


def _utc(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None
