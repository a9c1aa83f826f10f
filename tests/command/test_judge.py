"""What `check` concludes from what it saw, fact by fact, without a warehouse."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fivetran_logs.commands.check import ERROR, INFO, WARNING, Facts, Finding, TableState, judge
from fivetran_logs.commands.check.look import TargetState, UnreadableValues
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.dbt.warehouse import Target
from fivetran_logs.failures.snowflake_keys import KeyFinding

NOW = datetime(2026, 6, 18, 14)
SOURCE_TABLES = read_source_tables()


def target(type_: str = "duckdb", database: str = "logs") -> Target:
    return Target("here", type_, database, "fivetran_analytics")


def state(table: str = "log", **seen: Any) -> TableState:
    """A table without fault, but for what is given."""
    event = NOW - timedelta(hours=1) if table == "log" else None
    whole = {"schema": "fivetran_log", "found_as": table, "rows": 5, "newest_event": event, "newest_arrival": NOW}
    return TableState(table=table, **{**whole, **seen})


def facts(*tables: TableState, **seen: Any) -> Facts:
    """A complete standard account, but for what is given."""
    given = {table.table for table in tables}
    rest = [state(t.name) for t in SOURCE_TABLES if t.plan is None and t.name not in given]
    whole = {
        **{"target": target(), "as_of": NOW, "now": NOW, "connected": True, "database": "logs"},
        **{"wanted_schemas": ("fivetran_log",), "schemas": ("fivetran_log", "main"), "tables": [*tables, *rest]},
    }
    return Facts(**{**whole, **seen})


def without(*tables: str) -> Facts:
    return facts(tables=[state(t.name) for t in SOURCE_TABLES if t.plan is None and t.name not in tables])


def judged(seen: Facts) -> list[Finding]:
    """What is found, less the tables of a plan that the account does not have."""
    enterprise = {f"{table.name} is missing" for table in SOURCE_TABLES if table.plan}
    return [f for f in judge(seen, SOURCE_TABLES).findings if f.text.split(";")[0] not in enterprise]


def test_a_complete_account_is_ready() -> None:
    findings = judge(facts(), SOURCE_TABLES)
    assert findings.succeeded
    assert judged(facts()) == []
    assert findings.plan == "standard"
    assert findings.schemas == {"fivetran_log": len(facts().tables)}
    assert findings.to_dict()["ok"]


@pytest.mark.parametrize(
    ("seen", "level", "topic", "text"),
    [
        # before and at the connection
        (
            facts(connected=False, tables=[], schemas=None, missing_file=Path("logs.duckdb")),
            *(ERROR, "connection", "logs.duckdb does not exist."),
        ),
        (
            facts(connected=False, tables=[], schemas=None, failure="The server refused the key."),
            *(ERROR, "connection", "The server refused the key."),
        ),
        (facts(tables=[], schemas=None, failure="Disk full."), ERROR, "source", "Disk full."),
        (
            facts(key_findings=(KeyFinding("encrypted", "It is encrypted.", fatal=False),)),
            WARNING,
            "key",
            "It is encrypted.",
        ),
        # what a build writes
        (facts(read_only_file=Path("x.duckdb")), ERROR, "target", "x.duckdb is read-only, and a build writes."),
        (facts(target_state=TargetState(("marts",))), ERROR, "target", "You may not write into marts."),
        (
            facts(target_state=TargetState(may_create_schemas=False)),
            *(ERROR, "target", "You may not create schemas in logs."),
        ),
        (
            facts(target_state=TargetState(is_replica=True, has_read_only_transactions=True)),
            *(ERROR, "target", "The server is a read-only replica, and a build writes."),
        ),
        (
            facts(target_state=TargetState(is_opened_read_only=True)),
            *(ERROR, "target", "The target is opened read-only, and a build writes."),
        ),
        # schemas
        (
            facts(target=target("postgres", "marts"), tables=[], schemas=None, wanted_schemas=()),
            *(
                ERROR,
                "source",
                "The source is in the database logs, the target in marts: postgres cannot read across databases.",
            ),
        ),
        (
            facts(tables=[], schemas=None, database_failure="no such database"),
            *(ERROR, "source", "The database logs cannot be read: no such database"),
        ),
        (
            facts(tables=[], schemas=("main",)),
            *(ERROR, "source", "Schema fivetran_log does not exist in logs, or you may not use it."),
        ),
        (
            facts(tables=[], schemas=("fivetran_log", "FIVETRAN_LOG")),
            *(
                ERROR,
                "source",
                "Schemas fivetran_log and FIVETRAN_LOG differ only in case, and all would be read as one.",
            ),
        ),
        (
            facts(target=target("postgres"), schemas=("Fivetran_Log",)),
            *(INFO, "source", "The schema is written Fivetran_Log; it is found in any case."),
        ),
        (
            facts(schemas=("fivetran_log", "fivetran_metadata", "fivetran_analytics_staging")),
            *(INFO, "source", "Other schemas look like a Platform connector's: fivetran_metadata."),
        ),
        (facts(tables=[]), ERROR, "source", "fivetran_log has no table of the Platform connector."),
        # tables and columns
        (
            without("log"),
            ERROR,
            "table",
            "log is missing; lost: syncs, errors, performance, API usage and health: nearly everything.",
        ),
        (without("usage_cost"), WARNING, "table", "usage_cost is missing; lost: costs in dollars."),
        (without("credits_used"), INFO, "table", "credits_used is missing; lost: costs in credits."),
        (
            facts(state(missing_columns=("time_stamp",))),
            *(ERROR, "column", "log.time_stamp is missing, and it is part of the key."),
        ),
        (
            facts(state(missing_columns=("event",))),
            *(WARNING, "column", "log.event is missing; lost: severity of events."),
        ),
        (
            facts(state("user", missing_columns=("phone", "verified"))),
            *(INFO, "column", "user lacks phone, verified: null in the marts."),
        ),
        (
            facts(
                state("connection", found_as="connector", unread_columns=("is_paused",)), state(unread_columns=("x",))
            ),
            *(INFO, "column", "Nothing reads these columns of the source: connector.is_paused, log.x."),
        ),
        # rows
        (
            facts(state(rows=None, newest_event=None, failure="denied")),
            *(ERROR, "grants", "fivetran_log.log exists but cannot be read: denied"),
        ),
        (facts(state("usage_cost", rows=0)), WARNING, "rows", "usage_cost is empty; lost: costs in dollars."),
        (
            facts(state(repeated_keys=1118)),
            *(INFO, "duplicates", "log: 1,118 keys (id, time_stamp) occur more than once; each is counted once."),
        ),
        (
            facts(state("destination", repeated_keys=1)),
            *(WARNING, "duplicates", "destination: 1 key (id) occurs more than once."),
        ),
        (
            facts(state("destination", future_rows=3, newest_arrival=datetime(2199, 1, 1))),
            *(WARNING, "clock", "destination: 3 rows have future timestamps, up to 2199-01-01 00:00 UTC."),
        ),
        # freshness
        (
            facts(state(newest_event=NOW - timedelta(days=9))),
            *(
                ERROR,
                "freshness",
                "The log ends 2026-06-09 14:00 UTC, 9 days before 2026-06-18 14:00: nothing after it is known.",
            ),
        ),
        (
            facts(as_of=NOW - timedelta(days=1)),
            *(INFO, "freshness", "The log continues to 2026-06-18 13:00, after as-of."),
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_fact_has_its_finding(seen: Facts, level: str, topic: str, text: str) -> None:
    found = judged(seen)
    assert [(finding.level, finding.topic, finding.text) for finding in found] == [(level, topic, text)]
    assert judge(seen, SOURCE_TABLES).succeeded == (level != ERROR)
    unexplained = ("duplicates", "freshness", "source", "connection")
    assert found[0].remedy or topic in unexplained


def test_an_empty_log_is_an_error() -> None:
    assert [(f.level, f.topic) for f in judged(facts(state(rows=0, newest_event=None)))] == [(ERROR, "rows")]


def test_one_old_log_of_two_is_a_warning() -> None:
    second = state(schema="second", newest_event=NOW - timedelta(days=9))
    seen = facts(wanted_schemas=("fivetran_log", "second"), schemas=("fivetran_log", "second"))
    seen.tables.append(second)
    (found,) = judged(seen)
    assert (found.level, found.text[:10]) == (WARNING, "second.log")


def test_a_closed_schema_stops_nothing_else() -> None:
    seen = facts(state(missing_columns=("event",)), target_state=TargetState(("marts",)))
    assert {finding.topic for finding in judged(seen)} == {"target", "column"}


def test_a_failure_on_the_way_hides_what_was_not_asked() -> None:
    """Half the tables were seen: the others are not missing."""
    seen = facts(tables=[state()], failure="The connection was lost.")
    assert [finding.text for finding in judge(seen, SOURCE_TABLES).findings] == ["The connection was lost."]


def test_an_enterprise_table_is_missed_on_that_plan_only() -> None:
    def level(*present: str) -> str:
        seen = facts(*(state(table) for table in present))
        texts = {f.text.split(" ")[0]: f.level for f in judge(seen, SOURCE_TABLES).findings}
        return texts["audit_trail"]

    assert level() == INFO
    assert level("source_table") == WARNING


def test_another_schema_is_proposed() -> None:
    (found,) = judged(facts(tables=[], schemas=("main", "fivetran_metadata")))
    assert "fivetran_platform_schema: fivetran_metadata" in found.remedy


@pytest.mark.parametrize(
    ("column", "unreadable", "level", "words"),
    [
        ("time_stamp", 6, ERROR, "log.time_stamp: 6 of 6 times cannot be read, such as '6/18/2026 3:00'."),
        ("time_stamp", 1, WARNING, "log.time_stamp: 1 of 6 times cannot be read, such as '6/18/2026 3:00'. Such rows"),
        ("_fivetran_synced", 6, WARNING, "log._fivetran_synced: 6 of 6 times cannot be read"),
    ],
)
def test_times_that_cannot_be_read_are_counted(column: str, unreadable: int, level: str, words: str) -> None:
    """A build ignores events without a time, so the marts would be empty."""
    times = UnreadableValues(column, 6, unreadable, "6/18/2026 3:00")
    (finding,) = judged(facts(state(unreadable_values=(times,))))
    assert finding.level == level
    assert finding.text.startswith(words)


def test_numbers_that_cannot_be_read_are_counted() -> None:
    """A bill of "$1,000.00" would be no bill."""
    amounts = UnreadableValues("amount", 3, 1, "$1,000.00")
    (finding,) = judged(facts(state("usage_cost", unreadable_values=(amounts,))))
    assert finding.level == WARNING
    assert finding.text == "usage_cost.amount: 1 of 3 numbers cannot be read, such as '$1,000.00'."
    assert finding.remedy.startswith("Export numbers without signs")


@pytest.mark.parametrize(
    ("missing", "level"), [(("destination_id",), WARNING), (("connecting_user_id",), INFO), ((), INFO)]
)
def test_what_may_be_the_new_name_of_a_missing_column_is_told_at_once(missing: tuple[str, ...], level: str) -> None:
    found = judged(facts(state("connection", missing_columns=missing, unread_columns=("target_id",))))
    (unread,) = [finding for finding in found if finding.text.startswith("Nothing reads")]
    assert (unread.level, unread.text) == (level, "Nothing reads these columns of the source: connection.target_id.")


@pytest.mark.parametrize(
    ("seen", "is_told"),
    [
        ({"missing_columns": ("_fivetran_synced", "updated_at"), "newest_arrival": None}, True),
        ({"missing_columns": ("updated_at",), "newest_arrival": None}, True),  # the column is there, and empty
        ({"missing_columns": ("updated_at",)}, False),
        ({"missing_columns": ("_fivetran_synced",), "newest_arrival": None}, False),
    ],
)
def test_usage_without_times_cannot_tell_what_was_restated(seen: dict[str, Any], is_told: bool) -> None:
    topics = [finding.topic for finding in judged(facts(state("incremental_mar", **seen)))]
    assert ("usage" in topics) == is_told


def test_usage_that_arrived_at_once_cannot_tell_what_was_restated() -> None:
    (finding,) = judged(facts(state("incremental_mar", untold_days=2)))
    assert (finding.level, finding.topic) == (WARNING, "usage")
    assert finding.text.startswith("incremental_mar: 2 times, rows of one table and day arrived together")


def test_a_directory_of_an_older_init_is_named() -> None:
    (finding,) = judged(facts(parses_analyses=True))
    assert finding.level == WARNING
    assert "analysis-paths: []" in finding.remedy


def test_what_a_person_must_do_about_costs_is_a_warning() -> None:
    (found,) = judged(facts(cost_notes=("Costs of destination d, 2026-05-01: The bill has no usage.",)))
    assert (found.level, found.topic, found.text) == (
        WARNING,
        "costs",
        "Costs of destination d, 2026-05-01: The bill has no usage.",
    )


def test_a_bad_price_list_is_a_warning_with_its_own_sentence() -> None:
    (found,) = judged(facts(price_problems=("Price list connection_mar of 2026-01-01, step from 0: A gap follows.",)))
    assert (found.level, found.topic) == (WARNING, "prices")
    assert found.text.endswith("A gap follows.")
    assert "docs/costs.md" in found.remedy
