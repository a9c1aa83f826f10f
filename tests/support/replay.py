"""Replays the history of random accounts through the statements dbt itself runs, at DuckDB's own speed.

A build through dbt takes seconds whatever the data, which would leave room for a handful of replays. So dbt builds
three times, from nothing, incrementally and with --full-refresh, and every statement it sends is kept. A replay then
sends those statements with another as-of and start of the log to another database: the same SQL, hooks included,
without dbt's own time. Bounds that dbt asked the database for, and wrote into the SQL as literals, are asked for again
(macro `bounds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import helpers

AS_OF = "2001-02-03 04:05:06.000007"  # takes the place of as-of in the captured statements
LOG_START = "1901-02-03 04:05:06"  # the same for fivetran_platform_log_start_date
ASKS = "/* asks for "  # a bound, which later statements hold as a literal
ONLY_LOOKS = re.compile(r"(?is)\s*(/\*.*?\*/\s*)*(select|describe)\b")  # dbt asks for columns and keys: nothing changes
CAPTURED = re.compile(rf'"?\b{Path(helpers.DATABASE).stem}"?\.(?="?(fivetran|older)_)')  # the database's name
SCHEMAS = ("fivetran_log", "older_log")  # the second Platform schema has a log and nothing else

SOURCE = {
    "log": "id varchar, time_stamp timestamp, connection_id varchar, event varchar, message_event varchar, "
    "message_data varchar, sync_id varchar, _fivetran_synced timestamp",
    "connector_sdk_log": "id varchar, event_time timestamp, connection_id varchar, level varchar, message varchar, "
    "message_origin varchar, sync_id varchar, _fivetran_synced timestamp",
    "connection": "connection_id varchar, connection_name varchar, connector_type_id varchar, destination_id varchar, "
    "paused boolean, signed_up timestamp, sync_frequency integer, _fivetran_deleted boolean, "
    "_fivetran_synced timestamp",
    "destination": "id varchar, name varchar, _fivetran_synced timestamp",
    "incremental_mar": "connection_name varchar, destination_id varchar, schema_name varchar, table_name varchar, "
    "free_type varchar, sync_type varchar, measured_date varchar, incremental_rows bigint, updated_at timestamp, "
    "_fivetran_synced timestamp",
    "usage_cost": "destination_id varchar, measured_month varchar, amount double, _fivetran_synced timestamp",
    "audit_trail": "id varchar, captured_at timestamp, user_id varchar, action varchar, interaction_method varchar, "
    "old_values varchar, new_values varchar, primary_resource_id varchar, primary_resource_type varchar, "
    "secondary_resource_id varchar, secondary_resource_type varchar, _fivetran_synced timestamp",
}


@dataclass
class Statements:
    """What dbt sent, in order, as (node, statement); seeds and tests left out."""

    database: Path  # where dbt built them; its seeds serve every replay
    full: list[tuple[str, str]] = field(default_factory=list)
    incremental: list[tuple[str, str]] = field(default_factory=list)
    refreshed: list[tuple[str, str]] = field(default_factory=list)  # --full-refresh of what is there


def create_source(database: duckdb.DuckDBPyConnection) -> None:
    """Creates the empty source tables that random accounts fill."""
    for schema in SCHEMAS:
        database.execute(f"create schema if not exists {schema}")
        for table in SOURCE if schema == SCHEMAS[0] else ["log"]:
            database.execute(f'create table {schema}."{table}" ({SOURCE[table]})')


def capture(folder: Path) -> Statements:
    """Builds an empty account three times through dbt and returns the statements of each build."""
    with duckdb.connect(str(folder / helpers.DATABASE)) as database:
        create_source(database)
    full = statements_of(folder)
    # created again, a view in which as-of plays no part changes nothing but the time taken; staging has no other
    assert without_unchanged_views(full, "model.fivetran_logs.stg_") == []
    again = ["--exclude", "path:models/staging", "path:seeds"]
    return Statements(
        database=folder / helpers.DATABASE,
        full=full,
        incremental=without_unchanged_views(statements_of(folder, *again)),
        refreshed=without_unchanged_views(statements_of(folder, *again, "--full-refresh")),
    )


def statements_of(folder: Path, *options: str) -> list[tuple[str, str]]:
    """Builds with dbt; what it sent for models, as (node, statement)."""
    sent: list[tuple[str, str]] = []

    def listen(event) -> None:
        if event.info.name == "SQLQuery" and event.data.node_info.unique_id.startswith("model."):
            sent.append((event.data.node_info.unique_id, event.data.sql))

    variables = {
        "fivetran_logs_as_of": AS_OF,
        "fivetran_platform_log_start_date": LOG_START,
        "fivetran_platform_schemas": list(SCHEMAS),
    }
    project = helpers.dbt_project(folder, **variables)
    with helpers.inside(folder):
        project.manifest()
        project.run(["build", "--threads", "1", "--exclude-resource-type", "test", *options], listen)
    return [(node, statement) for node, statement in sent if not ONLY_LOOKS.match(statement) or ASKS in statement]


def open_replay(statements: Statements) -> duckdb.DuckDBPyConnection:
    """A connection with two empty databases in memory, `sliced` and `whole`: schemas, seeds and source tables."""
    database = duckdb.connect()
    database.execute("set threads = 1")
    database.execute(f"attach '{statements.database}' as captured (read_only)")
    seeds = database.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'captured' and table_schema = 'fivetran_analytics_seeds'"
    ).fetchall()
    for name in ("sliced", "whole"):
        database.execute(f"attach ':memory:' as {name}")
        database.execute(f"use {name}")
        for schema in ("", "_staging", "_intermediate", "_seeds"):
            database.execute(f"create schema fivetran_analytics{schema}")
        for (seed,) in seeds:
            database.execute(
                f"create table fivetran_analytics_seeds.{seed} as from captured.fivetran_analytics_seeds.{seed}"
            )
        create_source(database)
    return database


def as_table(database: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> str:
    """A temporary table of rows of a source table; much faster than row by row."""
    columns = [column.split() for column in SOURCE[table].split(", ")]
    values = ", ".join(f"unnest(cast(? as {kind}[])) as {name}" for name, kind in columns)
    database.execute(
        f"create or replace temporary table new_rows as select {values}", list(map(list, zip(*rows, strict=True)))
    )
    return "new_rows"


def nodes(statements: list[tuple[str, str]]) -> Iterator[list[str]]:
    """The statements of one node after the other."""
    group: list[str] = []
    last = None
    for node, statement in statements:
        if last is not None and node != last:
            yield group
            group = []
        group.append(statement)
        last = node
    if group:
        yield group


def run(
    database: duckdb.DuckDBPyConnection,
    name: str,
    statements: list[tuple[str, str]],
    as_of: datetime,
    log_start: datetime = datetime(1901, 2, 3),
    stop_after: int | None = None,
) -> None:
    """Runs a captured build in the database of that name; with stop_after, as if it were killed after so many nodes."""
    database.execute(f"use {name}")
    for number, group in enumerate(nodes(statements)):
        if stop_after is not None and number >= stop_after:
            return
        bounds: dict[str, object] = {}
        for statement in group:
            text = CAPTURED.sub("", statement).replace(AS_OF, as_of.strftime("%Y-%m-%d %H:%M:%S.%f"))
            text = text.replace(LOG_START, log_start.strftime("%Y-%m-%d %H:%M:%S"))
            text = with_bounds(text, bounds)
            # one connection serves many builds here: dbt would have closed it, and its temporary tables with it
            text = re.sub(r"(?i)create\s+temporary\s+table", "create or replace temporary table", text)
            if re.match(r"(?is)^\s*(/\*.*?\*/)?\s*(begin|commit|rollback)\b", text):
                continue
            answer = database.execute(text)
            asked = re.search(r"/\* asks for (.+?) \*/", text)
            if asked:
                row = answer.fetchone()
                assert row is not None
                bounds |= {asked[1] + (f" {place}" if place else ""): value for place, value in enumerate(row)}


def with_bounds(text: str, bounds: dict[str, object]) -> str:
    """The statement with each bound as its query answered it just now; a null stays what dbt made of one."""

    def literal(match: re.Match[str]) -> str:
        value = bounds[match["meaning"]]
        return match[0] if value is None else f"cast('{value}' as {match['type']})"

    return re.sub(r"cast\('[^']*' as (?P<type>\w+)\) /\* (?P<meaning>[^*]+?) \*/", literal, text)


def without_unchanged_views(statements: list[tuple[str, str]], prefix: str = "model.") -> list[tuple[str, str]]:
    """A build's nodes of that prefix, less the views in which as-of plays no part."""
    kept: list[tuple[str, str]] = []
    by_node: dict[str, list[tuple[str, str]]] = {}
    for node, statement in statements:
        if node.startswith(prefix):
            by_node.setdefault(node, []).append((node, statement))
    for pairs in by_node.values():
        text = " ".join(statement for _, statement in pairs)
        if not (re.search(r"(?i)create\s+(or\s+replace\s+)?view", text) and AS_OF not in text):
            kept.extend(pairs)
    return kept
