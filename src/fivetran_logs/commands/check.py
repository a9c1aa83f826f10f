"""`fivetran-logs check`: looks at the source before a build, read only, and says what each gap costs."""

from __future__ import annotations

import difflib
import os
import re
import sys
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from fivetran_logs.dbt.as_of import LOADS_TABLE, AsOf
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import PROJECT_NAME
from fivetran_logs.dbt.source_tables import Contract, SourceTable, read_contract
from fivetran_logs.dbt.warehouse import Target, Warehouse, open_warehouse, read_target
from fivetran_logs.failures import snowflake_keys as keys
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError
from fivetran_logs.output.console import messages, output, warn_of_old_log

ERROR, WARNING, INFO = "error", "warning", "info"
CLOCK_SLACK = timedelta(minutes=5)  # clocks of source, warehouse and this machine differ by seconds
WEEK = timedelta(days=7)  # of the log whose keys are looked at
EVENT_TABLES = ("log", "connector_sdk_log", "audit_trail")  # whose rows have a time of their own
ONE_DATABASE = ("postgres",)  # engines that cannot read from another database
_SOURCE = f"source.{PROJECT_NAME}.fivetran_log."
_PLATFORM_SCHEMA = re.compile(r"^fivetran_(log|logs|metadata|platform)(_|$)", re.IGNORECASE)
_OUR_NOTES = LOADS_TABLE.split(".")[0]


@dataclass(frozen=True)
class Finding:
    """One thing to know. error: results would be wrong; warning: marts lose something; info: nobody misses it."""

    level: str
    topic: str
    text: str
    remedy: str = ""
    marts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableState:
    """One source table in one schema. Times are UTC; counts are None where the table cannot be read."""

    schema: str
    table: str
    found_as: str
    rows: int | None
    newest_event: datetime | None
    newest_arrival: datetime | None
    repeated_keys: int
    future_rows: int
    missing_columns: tuple[str, ...]


@dataclass
class Report:
    """What a check found. `schemas` maps a schema's name to how many of the contract's tables it has."""

    target: Target
    as_of: datetime
    connected: bool = False
    database: str | None = None
    schemas: dict[str, int] = field(default_factory=dict)
    unknown_tables: list[str] = field(default_factory=list)
    plan: str | None = None
    tables: list[TableState] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return not any(finding.level == ERROR for finding in self.findings)

    def add(self, level: str, topic: str, text: str, remedy: str = "", marts: tuple[str, ...] = ()) -> None:
        self.findings.append(Finding(level, topic, text, remedy, marts))

    def to_dict(self) -> dict[str, Any]:
        """For JSON; the target without its path's surroundings, no secrets."""
        content = asdict(self)
        content["target"] = {"name": self.target.name, "type": self.target.type, "schema": self.target.schema}
        return {"ok": self.succeeded, **content}


@lru_cache
def gaps() -> dict[str, dict[str, Any]]:
    """What a missing table or column costs, by `table` and by `table.column`."""
    content = yaml.safe_load(Path(__file__).with_name("gaps.yml").read_text(encoding="utf-8"))
    return {**content["tables"], **content["columns"]}


def check(project: DbtProject, as_of: AsOf | None = None, max_age_days: float = 3) -> Report:
    """Looks at connection, grants, tables, columns, rows, freshness; changes nothing.

    as_of         what the log's age is measured against; None is now
    max_age_days  age from which a log is too old to say anything about now

    Raises:
        UserError: wrong use: no such target, no adapter (exit code 2).
    """
    target = read_target(project.settings)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    report = Report(target, as_of.at if as_of else now)
    if not _can_connect(report, project):
        return report
    try:
        manifest = project.manifest()
        with open_warehouse(project) as warehouse:
            report.connected = True
            warehouse.use_macros(manifest)
            _check_target(report, warehouse, {node.schema for node in manifest.nodes.values()})
            _check_source(report, warehouse, manifest, read_contract(project.settings.project_dir), now)
    except UserError as error:
        if error.exit_code == WRONG_USE:
            raise
        report.add(ERROR, "source" if report.connected else "connection", str(error), _key_hint(target))
        return report
    _judge(report, read_contract(project.settings.project_dir), now, max_age_days)
    return report


# -- connection and target


def _can_connect(report: Report, project: DbtProject) -> bool:
    """What can be told before connecting: a key that cannot work, a file that is not there."""
    target = report.target
    if target.type == "snowflake" and (os.environ.get(keys.CONTENT) or os.environ.get(keys.PATH)):
        found = keys.diagnose_environment()
        for finding in found:
            report.add(ERROR if finding.fatal else WARNING, "key", finding.text, f"See {keys.GUIDE}.")
        return not any(finding.fatal for finding in found)
    if target.path and target.path != ":memory:" and not re.match(r"(md|motherduck):", target.path):
        path = project.settings.work_dir / target.path
        if not path.is_file():
            text = f"{path} does not exist."
            report.add(ERROR, "connection", text, "Load an export first: fivetran-logs load DIR.")
            return False
        if not os.access(path, os.W_OK):
            report.add(ERROR, "target", f"{path} is read-only, and a build writes.", f"chmod u+w {path.name}")
    return True


def _key_hint(target: Target) -> str:
    fingerprint = keys.environment_fingerprint() if target.type == "snowflake" else None
    if fingerprint is None:
        return ""
    return f"Your key is {fingerprint}; DESCRIBE USER must show the same as RSA_PUBLIC_KEY_FP."


def _check_target(report: Report, warehouse: Warehouse, schemas: set[str]) -> None:
    """Whether a build may write into its schemas, where the engine can say so without writing."""
    target = report.target
    if target.type in ("postgres", "redshift"):
        names = ", ".join("'" + schema.replace("'", "''") + "'" for schema in sorted(schemas))
        found = warehouse.query(
            "select nspname, has_schema_privilege(nspname, 'CREATE') as allowed "
            f"from pg_catalog.pg_namespace where nspname in ({names})"
        ).rows
        closed = sorted(name for name, allowed in found if not allowed)
        if closed:
            report.add(
                ERROR,
                "target",
                f"The user may not write into {', '.join(closed)}.",
                f"Build as their owner, or: grant usage, create on schema {', '.join(closed)} to <user>;",
            )
        elif (
            len(found) < len(schemas)
            and not (warehouse.query("select has_database_privilege(current_database(), 'CREATE')").rows[0][0])
        ):
            report.add(
                ERROR,
                "target",
                f"The user may not create schemas in {target.database}.",
                f"grant create on database {target.database} to <user>;",
            )
    if target.type == "postgres":
        is_replica, read_only = warehouse.query(
            "select pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'"
        ).rows[0]
        if is_replica:
            report.add(ERROR, "target", "The server is a read-only replica, and a build writes.", "Use the primary.")
        elif read_only:
            report.add(
                ERROR,
                "target",
                "Transactions of this user are read-only, and a build writes.",
                "alter role <user> set default_transaction_read_only = off; or unset it in PGOPTIONS.",
            )
    if target.type == "duckdb":
        read_only = warehouse.query(
            "select readonly from duckdb_databases() where database_name = current_database()"
        ).rows[0][0]
        if read_only:
            report.add(ERROR, "target", "The target is opened read-only, and a build writes.", "Remove read_only.")


# -- source


def _check_source(report: Report, warehouse: Warehouse, manifest: Any, contract: Contract, now: datetime) -> None:
    declared = {node.name: node for key, node in manifest.sources.items() if key.startswith(_SOURCE)}
    report.database = declared["log"].database
    target_database = report.target.database or ""
    if report.target.type in ONE_DATABASE and (report.database or "").lower() != target_database.lower():
        report.add(
            ERROR,
            "source",
            f"The source lies in the database {report.database}, the target in {target_database}: "
            f"{report.target.type} cannot read across databases.",
            "Unset fivetran_platform_database, or let the target point to the source's database.",
        )
        return
    wanted = warehouse.macro("platform_schemas")
    existing = _existing_schemas(report, warehouse)
    if existing is None:
        return
    for schema in wanted:
        if _check_schema(report, schema, existing):
            _read_schema(report, warehouse, schema, declared, contract, now)
    others = [s for s in existing if _PLATFORM_SCHEMA.match(s) and s.lower() not in {w.lower() for w in wanted}]
    others = [s for s in others if not _is_own(s, report.target.schema)]
    if others and report.schemas:
        report.add(
            INFO,
            "source",
            f"Other schemas look like a Platform connector's: {', '.join(others)}.",
            "If they are, read them all: name each in the variable fivetran_platform_schemas.",
        )


def _is_own(schema: str, target_schema: str) -> bool:
    """Whether this project writes a schema."""
    name, own = schema.lower(), target_schema.lower()
    return name in (own, _OUR_NOTES) or name.startswith(own + "_")


def _existing_schemas(report: Report, warehouse: Warehouse) -> list[str] | None:
    try:
        return warehouse.schemas(report.database)
    except UserError as error:
        report.add(
            ERROR,
            "source",
            f"The database {report.database} cannot be read: {error}",
            "Check fivetran_platform_database; grant usage on it to the role.",
        )
        return None


def _check_schema(report: Report, schema: str, existing: list[str]) -> bool:
    same = [name for name in existing if name.lower() == schema.lower()]
    if len(same) > 1:
        report.add(
            ERROR,
            "source",
            f"Schemas {' and '.join(same)} differ in case alone, and all would be read as one.",
            "Rename or drop one of them, or hide it from the role.",
        )
        return False
    if same:
        if same[0] != schema and report.target.type not in ("snowflake", "duckdb"):
            report.add(INFO, "source", f"The schema is written {same[0]}; it is found in any case.")
        return True
    close = [name for name in existing if _PLATFORM_SCHEMA.match(name) and not _is_own(name, report.target.schema)]
    close = close or difflib.get_close_matches(schema, existing, n=3)
    report.add(
        ERROR,
        "source",
        f"There is no schema {schema} in {report.database}, or it may not be used.",
        (
            f"There is {', '.join(close)}: --vars '{{fivetran_platform_schema: {close[0]}}}'."
            if close
            else "Set the variable fivetran_platform_schema, or grant usage on the schema."
        ),
    )
    return False


def _read_schema(
    report: Report, warehouse: Warehouse, schema: str, declared: dict, contract: Contract, now: datetime
) -> None:
    existing = warehouse.macro("source_columns", database=report.database, schema=schema)
    used: set[str] = set()
    for table in contract:
        names = [declared[table.name].identifier.lower(), *table.legacy_names]
        found_as = next((name for name in names if name in existing), None)
        if found_as is None:
            continue
        used.add(found_as)
        there = existing[found_as]["columns"]
        missing = tuple(c.name for c in table.columns if not any(name in there for name in c.names))
        report.tables.append(_profile(report, warehouse, schema, table, found_as, missing, now))
    report.schemas[schema] = len(used)
    report.unknown_tables += [f"{schema}.{name}" for name in sorted(set(existing) - used)]


def _profile(
    report: Report,
    warehouse: Warehouse,
    schema: str,
    table: SourceTable,
    found_as: str,
    missing: tuple[str, ...],
    now: datetime,
) -> TableState:
    sql = warehouse.macro(
        "source_profile",
        table_name=table.name,
        schema=schema,
        now=(now + CLOCK_SLACK).isoformat(sep=" "),
        since=(report.as_of - WEEK).isoformat(sep=" "),
    )
    try:
        rows, arrival, event, future, repeated = warehouse.query(sql).rows[0]
    except UserError as error:
        report.add(
            ERROR,
            "grants",
            f"{schema}.{found_as} is there and cannot be read: {error}",
            f"Grant select on all tables of {schema}, and on future ones.",
            _marts(table.name),
        )
        return TableState(schema, table.name, found_as, None, None, None, 0, 0, missing)
    future, repeated = int(future or 0), int(repeated or 0)
    if set(table.key) & set(missing):
        repeated = 0  # without its key a table repeats nothing
    event = event if table.name in EVENT_TABLES else None
    return TableState(schema, table.name, found_as, int(rows), _utc(event), _utc(arrival), repeated, future, missing)


def _utc(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None


# -- judgement


def _judge(report: Report, contract: Contract, now: datetime, max_age_days: float) -> None:
    if not report.schemas:
        return
    present = {state.table for state in report.tables}
    if not present:
        report.add(
            ERROR,
            "source",
            f"None of the Platform connector's tables is in {', '.join(report.schemas)}.",
            "Set fivetran_platform_schema to the schema the connector writes, or grant select on its tables.",
        )
        return
    enterprise = {table.name for table in contract if table.plan == "enterprise"}
    report.plan = "enterprise" if present & enterprise else "standard"
    for table in contract:
        if table.name not in present:
            _judge_missing_table(report, table.name, table.name in enterprise)
    for state in report.tables:
        _judge_table(report, state, next(table for table in contract if table.name == state.table), len(report.schemas))
    _judge_freshness(report, now, max_age_days)


def _judge_missing_table(report: Report, table: str, is_enterprise: bool) -> None:
    gap = gaps()[table]
    level = INFO if is_enterprise and report.plan == "standard" else gap["level"]
    lost = "nothing is lost" if _nothing(gap) else f"lost: {gap['loses']}"
    report.add(level, "table", f"{table} is missing; {lost}.", gap["remedy"], _marts(table))


def _nothing(gap: dict[str, Any]) -> bool:
    return gap["loses"].startswith("nothing")


def _marts(gap: str) -> tuple[str, ...]:
    return tuple(f"fct_fivetran_{mart}" for mart in gaps().get(gap, {}).get("marts", ()))


def _judge_table(report: Report, state: TableState, table: SourceTable, schemas: int) -> None:
    name = state.table if schemas == 1 else f"{state.schema}.{state.table}"
    for column in state.missing_columns:
        gap = gaps().get(f"{state.table}.{column}")
        if column in table.key:
            text, remedy = f"{name}.{column} is missing, and it is part of the key.", _remedy(gap)
            report.add(ERROR, "column", text, remedy, _marts(state.table))
        elif gap:
            text = f"{name}.{column} is missing; lost: {gap['loses']}."
            report.add(gap["level"], "column", text, gap["remedy"], _marts(f"{state.table}.{column}"))
    plain = [c for c in state.missing_columns if c not in table.key and f"{state.table}.{c}" not in gaps()]
    if plain:
        report.add(INFO, "column", f"{name} lacks {', '.join(plain)}: null in the marts.", _remedy(None))
    if state.rows == 0 and gaps()[state.table]["level"] != INFO:
        text = f"{name} is empty; lost: {gaps()[state.table]['loses']}."
        level = ERROR if state.table == "log" else WARNING
        report.add(level, "rows", text, "Sync the Platform connection; re-sync the table.", _marts(state.table))
    if state.repeated_keys:
        harmless = table.rows_repeat_keys
        report.add(
            INFO if harmless else WARNING,
            "duplicates",
            f"{name}: {state.repeated_keys:,} keys ({', '.join(table.key)}) stand on several rows"
            + ("; each is counted once." if harmless else "."),
            "" if harmless else "Re-sync the table in the Platform connection; a loader may have appended it twice.",
            () if harmless else _marts(state.table),
        )
    if state.future_rows:
        latest = state.newest_event or state.newest_arrival
        report.add(
            WARNING,
            "clock",
            f"{name}: {state.future_rows:,} rows lie in the future, up to {latest:%Y-%m-%d %H:%M} UTC.",
            "Check this machine's clock, and whether the column holds local time without a zone.",
            _marts(state.table),
        )


def _remedy(gap: dict[str, Any] | None) -> str:
    return gap["remedy"] if gap else "Select the column in the Platform connection."


def _judge_freshness(report: Report, now: datetime, max_age_days: float) -> None:
    logs = [state for state in report.tables if state.table == "log" and state.newest_event]
    oldest_allowed = report.as_of - timedelta(days=max_age_days)
    all_old = all(min(state.newest_event or now, now) < oldest_allowed for state in logs)
    for state in logs:
        newest = min(state.newest_event or now, now)
        if newest < oldest_allowed:
            name = "The log" if len(logs) == 1 else f"{state.schema}.log"
            days = (report.as_of - newest).total_seconds() / 86400
            report.add(
                ERROR if all_old else WARNING,
                "freshness",
                f"{name} ends {newest:%Y-%m-%d %H:%M} UTC, {days:.0f} days before {report.as_of:%Y-%m-%d %H:%M}: "
                "nothing after it is known.",
                "Check that the Platform connection is not paused or broken; for an old export give --as-of.",
                _marts("log"),
            )
        elif report.as_of < (state.newest_event or now) - CLOCK_SLACK and not state.future_rows:
            report.add(INFO, "freshness", f"The log goes on to {state.newest_event:%Y-%m-%d %H:%M}, after as-of.")


def run(options: Options, *, as_json: bool, everything: bool, max_age_days: float) -> int:
    from fivetran_logs.output import check as check_output  # needs this module

    with messages().status("Looking …"):
        project, as_of = open_project(options, judge_key=False)
        report = check(project, as_of, max_age_days)
    if as_json:
        sys.stdout.write(check_output.to_json(report))
    else:
        warn_of_old_log(as_of)
        check_output.show(output(), report, everything=everything)
    return 0 if report.succeeded else CHECK_FAILED
