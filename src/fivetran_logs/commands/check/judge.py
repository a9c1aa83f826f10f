"""What `fivetran-logs check` concludes, from the facts alone: each judgement can be tested without a warehouse."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from fivetran_logs.commands.check.look import CLOCK_SLACK, Facts, TableState
from fivetran_logs.dbt.as_of import LOADS_TABLE
from fivetran_logs.dbt.source_tables import SOURCES_FILE, Gap, SourceTable, SourceTables
from fivetran_logs.failures import snowflake_keys as keys

ERROR, WARNING, INFO = "error", "warning", "info"
_PLATFORM_SCHEMA = re.compile(r"^fivetran_(log|logs|metadata|platform)(_|$)", re.IGNORECASE)
_OUR_NOTES = LOADS_TABLE.split(".")[0]
_CORRECT_PRICES = "Correct fivetran_price_curve and build again: docs/costs.md."
_READ_COSTS = "Then build again. docs/costs.md says what each means."
_SELECT_COLUMN = "Select the column in the Platform connection."


@dataclass(frozen=True)
class Finding:
    """One thing to know.

    error: results would be wrong; warning: marts lose something; info: few accounts need it.
    """

    level: str
    topic: str
    text: str
    remedy: str = ""
    marts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    """What a check found.

    schemas          schemas that are read, and how many of the connector's tables each has
    declared_tables  how many there can be
    plan             standard or enterprise, by the tables; None without tables
    """

    facts: Facts
    schemas: dict[str, int]
    declared_tables: int
    plan: str | None
    findings: list[Finding]

    @property
    def succeeded(self) -> bool:
        return not any(finding.level == ERROR for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """For JSON; the target without its path's surroundings, no secrets."""
        facts = self.facts
        return {
            "ok": self.succeeded,
            "target": {"name": facts.target.name, "type": facts.target.type, "schema": facts.target.schema},
            "as_of": facts.as_of,
            "connected": facts.connected,
            "database": facts.database,
            "schemas": self.schemas,
            "unknown_tables": facts.unknown_tables,
            "plan": self.plan,
            "tables": [asdict(state) for state in facts.tables],
            "findings": [asdict(finding) for finding in self.findings],
        }


def judge(facts: Facts, source_tables: SourceTables, max_age_days: float = 3) -> Findings:
    """What the facts mean. max_age_days: age from which a log is too old to say anything about now."""
    plan = _plan(facts, source_tables)
    schemas = {schema: sum(state.schema == schema for state in facts.tables) for schema in facts.read_schemas}
    findings = [*_of_connection(facts), *_of_target(facts), *_of_schemas(facts)]
    if facts.failure is None and schemas:
        if facts.tables:
            findings += _of_tables(facts, source_tables, plan)
            findings += _of_freshness(facts, source_tables, max_age_days)
        else:
            findings.append(
                Finding(
                    ERROR,
                    "source",
                    f"{', '.join(schemas)} has no table of the Platform connector.",
                    "Set fivetran_platform_schema to the schema the connector writes, or grant select on its tables.",
                )
            )
    findings += [Finding(WARNING, "prices", problem, _CORRECT_PRICES) for problem in facts.price_problems]
    findings += [Finding(WARNING, "costs", note, _READ_COSTS) for note in facts.cost_notes]
    return Findings(facts, schemas, len(source_tables), plan, findings)


def _plan(facts: Facts, source_tables: SourceTables) -> str | None:
    """The plan that the tables show; None without tables."""
    if not facts.tables:
        return None
    present = {state.table for state in facts.tables}
    plans = {table.plan for table in source_tables if table.plan and table.name in present}
    return "enterprise" if "enterprise" in plans else "standard"


# -- connection and target


def _of_connection(facts: Facts) -> Iterator[Finding]:
    for found in facts.key_findings:
        yield Finding(ERROR if found.fatal else WARNING, "key", found.text, f"See {keys.GUIDE}.")
    if facts.missing_file:
        text = f"{facts.missing_file} does not exist."
        yield Finding(ERROR, "connection", text, "Load an export first: fivetran-logs load DIR.")
    if facts.failure:
        remedy = ""
        if facts.key_fingerprint:
            remedy = f"Your key is {facts.key_fingerprint}; DESCRIBE USER must show the same as RSA_PUBLIC_KEY_FP."
        yield Finding(ERROR, "source" if facts.connected else "connection", facts.failure, remedy)


def _of_target(facts: Facts) -> Iterator[Finding]:
    state = facts.target_state
    if facts.read_only_file:
        path = facts.read_only_file
        yield Finding(ERROR, "target", f"{path} is read-only, and a build writes.", f"chmod u+w {path.name}")
    if state.closed_schemas:
        closed = ", ".join(state.closed_schemas)
        yield Finding(
            ERROR,
            "target",
            f"You may not write into {closed}.",
            f"Build as their owner, or: grant usage, create on schema {closed} to <user>;",
        )
    if state.may_create_schemas is False:
        database = facts.target.database
        text = f"You may not create schemas in {database}."
        yield Finding(ERROR, "target", text, f"grant create on database {database} to <user>;")
    if state.is_replica:
        yield Finding(ERROR, "target", "The server is a read-only replica, and a build writes.", "Use the primary.")
    elif state.has_read_only_transactions:
        yield Finding(
            ERROR,
            "target",
            "Transactions of this user are read-only, and a build writes.",
            "alter role <user> set default_transaction_read_only = off; or unset it in PGOPTIONS.",
        )
    if state.is_opened_read_only:
        yield Finding(ERROR, "target", "The target is opened read-only, and a build writes.", "Remove read_only.")
    if facts.parses_analyses:
        yield Finding(
            WARNING,
            "project",
            "dbt_project.yml is from an older `fivetran-logs init`: if you switch a mart off, no command works.",
            "Write there `analysis-paths: []`, in place of the line analysis-paths if it has one.",
        )


# -- schemas


def _of_schemas(facts: Facts) -> Iterator[Finding]:
    if facts.crosses_databases:
        yield Finding(
            ERROR,
            "source",
            f"The source is in the database {facts.database}, the target in {facts.target.database or ''}: "
            f"{facts.target.type} cannot read across databases.",
            "Unset fivetran_platform_database, or let the target point to the source's database.",
        )
    if facts.database_failure:
        yield Finding(
            ERROR,
            "source",
            f"The database {facts.database} cannot be read: {facts.database_failure}",
            "Check fivetran_platform_database; grant usage on it to the role.",
        )
    if facts.schemas is None:
        return
    for schema in facts.wanted_schemas:
        yield from _of_schema(facts, schema)
    wanted = {schema.lower() for schema in facts.wanted_schemas}
    others = [schema for schema in _platform_schemas(facts) if schema.lower() not in wanted]
    if others and facts.read_schemas:
        yield Finding(
            INFO,
            "source",
            f"Other schemas look like a Platform connector's: {', '.join(others)}.",
            "If they are, read them all: name each in the variable fivetran_platform_schemas.",
        )


def _of_schema(facts: Facts, schema: str) -> Iterator[Finding]:
    same = facts.named_like(schema)
    if len(same) > 1:
        yield Finding(
            ERROR,
            "source",
            f"Schemas {' and '.join(same)} differ only in case, and all would be read as one.",
            "Rename or drop one of them, or hide it from the role.",
        )
    elif not same:
        close = _platform_schemas(facts) or difflib.get_close_matches(schema, facts.schemas or (), n=3)
        remedy = "Set the variable fivetran_platform_schema, or grant usage on the schema."
        if close:
            remedy = f"There is {', '.join(close)}: --vars '{{fivetran_platform_schema: {close[0]}}}'."
        text = f"Schema {schema} does not exist in {facts.database}, or you may not use it."
        yield Finding(ERROR, "source", text, remedy)
    elif same[0] != schema and facts.target.type not in ("snowflake", "duckdb"):
        yield Finding(INFO, "source", f"The schema is written {same[0]}; it is found in any case.")


def _platform_schemas(facts: Facts) -> list[str]:
    """Schemas that look like a Platform connector's and that this project does not write itself."""
    own = facts.target.schema.lower()
    return [
        name
        for name in facts.schemas or ()
        if _PLATFORM_SCHEMA.match(name)
        and name.lower() not in (own, _OUR_NOTES)
        and not name.lower().startswith(own + "_")
    ]


# -- tables


def _of_tables(facts: Facts, source_tables: SourceTables, plan: str | None) -> Iterator[Finding]:
    present = {state.table for state in facts.tables}
    for table in source_tables:
        if table.name not in present:
            level = INFO if table.plan not in (None, plan) else table.gap.level
            yield Finding(
                level, "table", f"{table.name} is missing; {_lost(table.gap)}.", table.gap.remedy, table.gap.marts
            )
    several = len(facts.read_schemas) > 1
    by_name = {table.name: table for table in source_tables}
    for state in facts.tables:
        name = f"{state.schema}.{state.table}" if several else state.table
        yield from _of_columns(state, by_name[state.table], name)
        yield from _of_rows(state, by_name[state.table], name)
        yield from _of_usage(state, by_name[state.table], name)
    unread = [
        f"{state.schema + '.' if several else ''}{state.found_as}.{column}"
        for state in facts.tables
        for column in state.unread_columns
    ]
    if unread:
        renamed = any(
            (column := by_name[state.table].column(missing)) and column.gap and column.gap.level != INFO
            for state in facts.tables
            if state.unread_columns
            for missing in state.missing_columns
        )
        yield Finding(
            WARNING if renamed else INFO,
            "column",
            f"Nothing reads these columns of the source: {', '.join(unread)}.",
            f"A renamed column appears here under its new name: please report it, or declare it in {SOURCES_FILE}.",
        )


def _lost(gap: Gap) -> str:
    return f"lost: {gap.loses}" if gap.loses else "nothing is lost"


def _of_columns(state: TableState, table: SourceTable, name: str) -> Iterator[Finding]:
    plain = []
    for column in (table.column(missing) for missing in state.missing_columns):
        assert column is not None
        if column.name in table.key:
            text = f"{name}.{column.name} is missing, and it is part of the key."
            yield Finding(ERROR, "column", text, column.gap.remedy if column.gap else _SELECT_COLUMN, table.gap.marts)
        elif column.gap:
            text = f"{name}.{column.name} is missing; {_lost(column.gap)}."
            yield Finding(column.gap.level, "column", text, column.gap.remedy, column.gap.marts)
        else:
            plain.append(column.name)
    if plain:
        yield Finding(INFO, "column", f"{name} lacks {', '.join(plain)}: null in the marts.", _SELECT_COLUMN)


def _of_rows(state: TableState, table: SourceTable, name: str) -> Iterator[Finding]:
    if state.failure:
        yield Finding(
            ERROR,
            "grants",
            f"{state.schema}.{state.found_as} exists but cannot be read: {state.failure}",
            f"Grant select on all tables of {state.schema}, and on future ones.",
            table.gap.marts,
        )
    if state.rows == 0 and table.gap.level != INFO:
        text = f"{name} is empty; {_lost(table.gap)}."
        level = ERROR if state.table == "log" else WARNING
        yield Finding(level, "rows", text, "Sync the Platform connection; re-sync the table.", table.gap.marts)
    if state.repeated_keys:
        keys_of_table = (
            f"{state.repeated_keys:,} {'key' if state.repeated_keys == 1 else 'keys'} ({', '.join(table.key)})"
        )
        occur = "occurs" if state.repeated_keys == 1 else "occur"
        if table.rows_repeat_keys:
            text = f"{name}: {keys_of_table} {occur} more than once; each is counted once."
            yield Finding(INFO, "duplicates", text)
        else:
            yield Finding(
                WARNING,
                "duplicates",
                f"{name}: {keys_of_table} {occur} more than once.",
                "Re-sync the table in the Platform connection; a loader may have appended it twice.",
                table.gap.marts,
            )
    yield from _of_values(state, table, name)
    if state.future_rows:
        latest = state.newest_event or state.newest_arrival
        rows = (
            "1 row has a future timestamp"
            if state.future_rows == 1
            else f"{state.future_rows:,} rows have future timestamps"
        )
        yield Finding(
            WARNING,
            "clock",
            f"{name}: {rows}, up to {latest:%Y-%m-%d %H:%M} UTC.",
            "Check this machine's clock, and whether the column holds local time without a zone.",
            table.gap.marts,
        )


def _of_usage(state: TableState, table: SourceTable, name: str) -> Iterator[Finding]:
    """Usage that says no time: restated rows look like the rows that they correct."""
    says_no_arrival = "_fivetran_synced" in state.missing_columns or state.newest_arrival is None
    if state.table == "incremental_mar" and state.rows and says_no_arrival and "updated_at" in state.missing_columns:
        yield Finding(
            WARNING,
            "usage",
            f"{name} says no time (_fivetran_synced, updated_at): of restated usage, old and new rows both count.",
            _SELECT_COLUMN,
            table.gap.marts,
        )
    if state.untold_days:
        times = "1 time" if state.untold_days == 1 else f"{state.untold_days:,} times"
        yield Finding(
            WARNING,
            "usage",
            f"{name}: {times}, rows of one table and day arrived together but were updated more than a day apart. "
            "Nothing tells whether the later ones correct the earlier ones, so all of them count.",
            "Compare the month with Fivetran's dashboard: fivetran-logs explain-difference.",
            table.gap.marts,
        )


def _of_values(state: TableState, table: SourceTable, name: str) -> Iterator[Finding]:
    """Without the time of its event a row is in no window; without its day, usage is in no month; without its number it
    counts as nothing.
    """
    needed = {table.event_time, "measured_date", "measured_month"}
    for values in state.unreadable_values:
        declared = table.column(values.column)
        column = declared.name if declared else values.column.lower()
        is_number = declared is not None and declared.data_type in ("numeric", "integer", "bigint")
        nothing_is_read = values.unreadable == values.rows and column in needed
        instead = " Such rows take the time of their arrival." if column == table.event_time else ""
        yield Finding(
            ERROR if nothing_is_read else WARNING,
            "numbers" if is_number else "times",
            f"{name}.{values.column}: {values.unreadable:,} of {values.rows:,} {'numbers' if is_number else 'times'} "
            f"cannot be read, such as '{values.example[:40]}'.{'' if nothing_is_read else instead}",
            "Export numbers without signs of currency or thousands, such as 1234.5, and load them again."
            if is_number
            else "Export times in ISO 8601, such as 2026-06-18 14:00:00+00:00, and load them again.",
            table.gap.marts,
        )


def _of_freshness(facts: Facts, source_tables: SourceTables, max_age_days: float) -> Iterator[Finding]:
    log = source_tables.find("log")
    assert log is not None
    # an event of the future says nothing about how far the log reaches
    newest = {state.schema: min(state.newest_event, facts.now) for state in _logs(facts) if state.newest_event}
    oldest_allowed = facts.as_of - timedelta(days=max_age_days)
    all_are_old = all(at < oldest_allowed for at in newest.values())
    for state in _logs(facts):
        if state.newest_event is None:
            continue
        at = newest[state.schema]
        if at < oldest_allowed:
            days = (facts.as_of - at).total_seconds() / 86400
            yield Finding(
                ERROR if all_are_old else WARNING,
                "freshness",
                f"{'The log' if len(newest) == 1 else f'{state.schema}.log'} ends {at:%Y-%m-%d %H:%M} UTC, "
                f"{days:.0f} days before {facts.as_of:%Y-%m-%d %H:%M}: nothing after it is known.",
                "Check that the Platform connection is not paused or broken; for an old export give --as-of.",
                log.gap.marts,
            )
        elif facts.as_of < state.newest_event - CLOCK_SLACK and not state.future_rows:
            yield Finding(INFO, "freshness", f"The log continues to {state.newest_event:%Y-%m-%d %H:%M}, after as-of.")


def _logs(facts: Facts) -> list[TableState]:
    return [state for state in facts.tables if state.table == "log"]
