"""An account full of secrets, hostile names, cycles and damage: each row is kept, nothing is run, nothing is told."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from alert_servers import Server, receivers
from helpers import DATABASE, CliResult, build_in, rows, run_cli, unpacked
from planted_secrets import MESSAGES, NAMES, SHAPES

from fivetran_logs.dbt.build import Outcome
from fivetran_logs.dbt.source_tables import read_source_tables

MART = "fivetran_analytics.fct_fivetran_{}".format
AS_OF = datetime(2026, 6, 18, 14)
TYPES = {"text": "varchar", "numeric": "decimal(18,2)"}
HOSTILE = (
    "x'; drop table fivetran_log.audit_trail; -- <script>alert(1)</script> {{ ref('x') }} \\ \x1f ünïcödé 🚀 \u202egnp"
)
CELL = "=cmd|'/C calc'!A0"
SCREEN = "\x1b[2J\x1b]8;;https://example.com\x1b\\click \x9b31m"
LINK = "[click](https://example.com) ![](https://example.com/p.png) `x`\u200b\u2066\u05e9\u05dc\u05d5\u05dd"
VALUES = {
    "damaged": '{"sync_frequency": 60, "schema": "pub',
    "a list": '["a", {"b": 1}]',
    "a number": "17",
    "no json": "not json at all",
    "long": json.dumps({"a": "x" * 1_000_000}),
    "long and damaged": '{"a":"' + "x" * 1_000_000,
    "deep": json.dumps({"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}),
    "hostile": json.dumps({HOSTILE: HOSTILE, "role": HOSTILE}),
    "empty": "",
    "nothing": None,
    "a null": "null",
    "twice": '{"a":1,"a":2}',
}
LINKS = ((1, 2), (2, 1), (3, 3), (8, 9))
SECRET_EDITS = [json.dumps({"keep": "me", **SHAPES[shape](name)}) for shape in SHAPES for name in NAMES]


class Source:
    """Rows of source tables. A column that a row does not name is null."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def write(self, directory: Path) -> None:
        kinds = {table.name: {c.name: c.data_type for c in table.columns} for table in read_source_tables().tables}
        with duckdb.connect(str(directory / DATABASE)) as database:
            database.execute("create schema fivetran_log; set schema = 'fivetran_log'")
            for table, found in self.tables.items():
                columns = kinds[table]
                assert {name for row in found for name in row} <= columns.keys(), table
                listed = ", ".join(f'"{name}" {TYPES.get(kind, kind)}' for name, kind in columns.items())
                database.execute(f'create table "{table}" ({listed})')
                database.executemany(
                    f'insert into "{table}" values ({", ".join("?" * len(columns))})',
                    [[row.get(name) for name in columns] for row in found],
                )

    def log(self, at: datetime, event: str, data: Any = None, level: str = "INFO", **row: Any) -> None:
        text = data if isinstance(data, str) or data is None else json.dumps(data)
        number = len(self.tables.get("log", []))
        row = {"connection_id": "c", **row}
        self.add("log", id=f"e{number}", time_stamp=at, event=level, message_event=event, message_data=text, **row)


def places_and_people(source: Source) -> None:
    source.add("account", id="a", name=HOSTILE)
    source.add("destination", id="d", account_id="a", name=CELL)
    source.add("connector_type", id="postgres", official_connector_name="PostgreSQL")
    for connection, name, creator in (("c", SCREEN, "two"), (HOSTILE, LINK, HOSTILE)):
        source.add(
            "connection",
            connection_id=connection,
            connection_name=name,
            connector_type_id="postgres",
            destination_id="d",
            connecting_user_id=creator,
            sync_frequency=360,
            signed_up=AS_OF - timedelta(days=90),
        )
    for user, email, name in (
        (HOSTILE, HOSTILE, HOSTILE),
        ("one", "Ann@example.com", CELL),
        ("two", "ann@example.com", SCREEN),
        ("left", LINK, LINK),
    ):
        source.add("user", id=user, email=email, given_name=name, _fivetran_deleted=user == "left")
    # cycles of one, two and five teams; each has a member, and one of them a role
    for size in (1, 2, 5):
        for place in range(size):
            above = f"{size}.{(place + 1) % size}"
            source.add("team", id=f"{size}.{place}", account_id="a", parent_id=above, name=f"{LINK} {size}.{place}")
            source.add("team_membership", team_id=f"{size}.{place}", user_id="one", role_id="member")
        grant(source, "admin", team_id=f"{size}.0")
    source.add("team", id=HOSTILE, name=HOSTILE)
    source.add("role", id="admin", account_id="a", name="Account Administrator")
    source.add("role", id="mine", account_id="a", name=CELL)
    for role, permission in (("admin", "ACCOUNT_MANAGE"), ("admin", "CONNECTION_MANAGE"), ("mine", "CONNECTION_EDIT")):
        source.add("role_permission", role_id=role, permission=permission)
    grant(source, "gone", user_id="two")
    grant(source, "mine", user_id="left", connection_id="c")
    grant(source, "mine", user_id="nobody", connection_id="no such connection")
    grant(source, "mine", user_id=HOSTILE, destination_id="no such destination")


def grant(source: Source, role: str, **to: str) -> None:
    number = len(source.tables.get("resource_membership", []))
    source.add("resource_membership", id=number, account_id="a", role_id=role, **to)


def lineage(source: Source) -> None:
    """Two tables that are made of one another, one that is made of itself, and links to what nobody lists."""
    for side in ("source", "destination"):
        place = {"destination_id": "d"} if side == "destination" else {}
        source.add(f"{side}_schema", id=1, connection_id="c", name=CELL, **place)
        for number, name in ((1, HOSTILE), (2, SCREEN), (3, "loop")):
            source.add(f"{side}_table", id=number, schema_id=1, connection_id="c", name=name, **place)
            source.add(f"{side}_column", id=number, table_id=number, connection_id="c", name=name, type="text", **place)
    for level in ("table", "column"):
        for come, go in LINKS:
            link = {f"source_{level}_id": come, f"destination_{level}_id": go}
            source.add(f"{level}_lineage", **link, created_at=AS_OF - timedelta(days=80))


def syncs(source: Source) -> None:
    """One failed sync for each message, which stands in all the places that hold one; before them, good ones."""
    for day in range(60, 8, -1):
        at = AS_OF - timedelta(days=day)
        for minute, event, data in ((0, "sync_start", None), (5, "sync_end", {"status": "SUCCESSFUL"})):
            source.log(at + timedelta(minutes=minute), event, data, sync_id=f"good {day}")
            source.log(at + timedelta(minutes=minute), event, data, sync_id=f"good {day}", connection_id=HOSTILE)
        changed = {"schema": HOSTILE, "table": CELL, "operationType": "UPDATED", "count": 5}
        source.log(at + timedelta(minutes=2), "records_modified", changed, sync_id=f"good {day}")
    for number, message in enumerate(MESSAGES):
        at, sync = AS_OF - timedelta(hours=2 * (len(MESSAGES) - number)), f"bad {number}"
        source.log(at, "sync_start", sync_id=sync)
        for event in ("warning", "connection_failure"):
            source.log(at + timedelta(minutes=1), event, {"message": message}, "WARNING", sync_id=sync)
        source.log(at + timedelta(minutes=2), "warning", message, "WARNING", sync_id=sync)
        source.log(at + timedelta(minutes=2), "warning", {"unread": message}, "WARNING", sync_id=sync)
        source.log(at + timedelta(minutes=3), "error", {"type": "x", "message": message}, "SEVERE", sync_id=sync)
        source.log(at + timedelta(minutes=4), "sync_end", {"status": "FAILURE", "reason": message}, sync_id=sync)
        source.log(at, "transformation_failed", {"id": "t", "name": "t", "message": message}, "SEVERE")
        source.log(at, "edit_connection", {"actor": "ann@example.com", "properties": {"note": message}})
        source.add(
            "connector_sdk_log", id=str(number), event_time=at, connection_id="c", level="SEVERE", message=message
        )


def edits(source: Source) -> None:
    trail = {"interaction_method": "WEB_UI", "action": "EDIT"}
    for number, (what, text) in enumerate(VALUES.items()):
        source.add(
            "audit_trail",
            id=what,
            captured_at=AS_OF - timedelta(hours=4, minutes=-number),
            user_id=HOSTILE,
            primary_resource_type="TEAM",
            primary_resource_id=HOSTILE,
            secondary_resource_type="USER",
            secondary_resource_id=HOSTILE,
            new_values=text,
            **trail,
        )
    source.add("audit_trail", id="nobody", captured_at=AS_OF - timedelta(hours=2))
    for number, text in enumerate(SECRET_EDITS):
        source.add(
            "audit_trail",
            id=f"secret {number}",
            captured_at=AS_OF - timedelta(days=20, seconds=-number),
            user_id=("one", "two")[number % 2],
            primary_resource_type="CONNECTION",
            primary_resource_id="c",
            old_values=text,
            new_values=text,
            **trail,
        )


def usage(source: Source) -> None:
    for month in ("2026-04", "2026-05", "2026-06"):
        source.add("usage_cost", measured_month=month, destination_id="d", amount=100)
        for name, table in ((SCREEN, CELL), (LINK, HOSTILE)):
            source.add(
                "incremental_mar",
                free_type="PAID",
                measured_date=f"{month}-10",
                schema_name=HOSTILE,
                table_name=table,
                connection_name=name,
                destination_id="d",
                incremental_rows=1_000_000,
            )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    directory = tmp_path_factory.mktemp("hostile")
    source = Source()
    for part in (places_and_people, lineage, syncs, edits, usage):
        part(source)
    source.write(directory)
    with duckdb.connect(str(directory / DATABASE)) as database:  # one exception is over, one is of no rule
        database.execute(
            "create schema settings; create table settings.exceptions"
            " (rule_code varchar, connection_name varchar, until_date date, reason varchar);"
            " insert into settings.exceptions values"
            " ('secrets_in_errors', 'c', '2026-06-17', 'x'), ('no_such_rule', 'c', null, ?), (?, ?, null, ?)",
            [HOSTILE, HOSTILE, HOSTILE, CELL],
        )
    seeds = {"fivetran_recommendation_exceptions": "settings.exceptions"}
    return directory, build_in(directory, fivetran_logs_as_of=AS_OF.isoformat(), fivetran_logs_seed_tables=seeds)


@pytest.fixture
def account(built: tuple[Path, Outcome]) -> Path:
    return built[0]


def asked(account: Path, *arguments: str | Path) -> CliResult:
    result = run_cli(*arguments, cwd=account)
    assert result.code == 0, (arguments, result.err)
    return result


def test_it_is_built_and_what_is_no_rule_is_named(built: tuple[Path, Outcome]) -> None:
    found = [(problem.is_warning, problem.text) for problem in built[1].problems]
    assert all(is_warning for is_warning, _ in found), found
    assert [text for _, text in found if "no_such_rule" in text]


def test_each_row_is_an_action(account: Path) -> None:
    sql = f"select source_event_id, session_story, resource_name, user_name from {MART('user_activity')}"
    kept = {row[0]: row[1:] for row in rows(account, f"{sql} where log_source = 'audit_trail'")}
    assert sorted(kept) == sorted([*VALUES, "nobody", *(f"secret {number}" for number in range(len(SECRET_EDITS)))])
    story, resource, user = kept["damaged"]
    assert (resource, user) == (HOSTILE, HOSTILE), "a name stays as it is"
    assert story == f"{HOSTILE} changed the access of user {HOSTILE[:80]}."
    assert kept["nobody"][0] == "Somebody unknown acted on something."


def test_each_record_says_what_changed_or_why_not(account: Path) -> None:
    sql = (
        "select source_event_id, field_path, new_value, unread_because"
        f" from {MART('configuration_changes')} inner join {MART('user_activity')} using (activity_id)"
        " where source_event_id not like 'secret %' and source_event_id not like 'e%'"
    )
    found: dict[str, list[tuple]] = {}
    for event, *change in rows(account, sql + " or source_event_id = 'empty'"):
        found.setdefault(event, []).append(tuple(change))
    assert set(found) == VALUES.keys() - {"empty", "nothing", "a null"}
    unread = {event: changes[0][2] for event, changes in found.items() if changes[0][0] is None}
    for event in ("damaged", "no json", "a list", "a number"):
        assert unread[event] == "the record is damaged"
    for event in ("long", "long and damaged"):
        assert unread[event] == "the record is too long"
        assert len(found[event][0][1]) == 1000
    assert found["deep"] == [("a.b.c.d", '{"e":{"f":1}}', None)]
    assert sorted(found["hostile"]) == sorted([(HOSTILE, HOSTILE, None), ("role", HOSTILE, None)])


def test_nothing_was_run(account: Path) -> None:
    assert rows(account, "select count(*) from fivetran_log.audit_trail") == [(len(VALUES) + 1 + len(SECRET_EDITS),)]


def test_cycles_of_teams_end_and_what_is_gone_stays(account: Path) -> None:
    """A cycle of any length gives each member each role once for each of their teams."""
    sql = f"select user_id, role_name, granted_through, resource_id, is_role_gone from {MART('access_control')}"
    reached = rows(account, sql)
    ways = Counter(way for user, _, way, resource, _ in reached if (user, resource) == ("one", "c"))
    assert len(ways) == sum(ways.values()) == 1 + 2 + 5
    assert max(way.count(" > ") for way in ways) == 4
    gone = {(user, role, resource) for user, role, _, resource, is_gone in reached if is_gone}
    assert gone == {("two", "gone", resource) for resource in ("a", "d", "c", HOSTILE)}
    held = {(user, resource) for user, *_, resource, _ in reached}
    assert {("nobody", "no such connection"), (HOSTILE, "no such destination"), ("left", "c")} <= held


def test_one_person_with_two_ids_acts_in_one_session(account: Path) -> None:
    """Each action keeps its id; the address, in either case, is the person."""
    sql = f"select session_id, list_sort(list(distinct user_id)) from {MART('user_activity')}"
    (together,) = rows(account, f"{sql} where source_event_id like 'secret %' group by session_id")
    assert together[1] == ["one", "two"]


def test_lineage_that_bites_its_tail_is_kept_and_found(account: Path) -> None:
    for level in ("table", "column"):
        sql = f"select source_{level}_id, destination_{level}_id, known_on from {MART(f'{level}_lineage')}"
        known = {(come, go): "both" if come < 8 else None for come, go in LINKS}
        assert {(come, go): on for come, go, on in rows(account, sql)} == known
    (found,) = json.loads(asked(account, "lineage", "loop.loop", "--format", "json").out)
    assert (found["comes_from"], found["goes_to"]) == (f"{CELL}.loop.loop", f"{CELL}.loop.loop")


def test_an_exception_that_is_over_or_of_no_rule_changes_nothing(account: Path) -> None:
    excepted = f"select count(*) from {MART('compliance_findings')} where is_excepted"
    assert rows(account, excepted) == [(0,)]
    kept = f"select count(*) from {MART('compliance_findings')} where check_code = 'secrets_in_errors'"
    assert rows(account, kept) == [(1,)]


# -- secrets

WITH_SECRETS = {"int_fivetran_log__events", "int_fivetran_log__log_records", "int_fivetran_log__sync_events"}


def has_secret(text: str | bytes) -> bool:
    return b"hush" in (text if isinstance(text, bytes) else text.encode()).lower()


def test_no_table_that_is_read_holds_a_secret(account: Path) -> None:
    """All but what keeps the log as it is; what is told of each message stays."""
    listed = rows(
        account,
        "select table_schema, table_name, column_name from information_schema.columns"
        " where data_type = 'VARCHAR' and table_schema in ('fivetran_analytics', 'fivetran_analytics_intermediate')",
    )
    assert len(listed) > 500
    columns: dict[str, list[str]] = {}
    for schema, table, column in listed:
        if table not in WITH_SECRETS:
            columns.setdefault(f"{schema}.{table}", []).append(column)
    for table, names in columns.items():
        text = f"concat_ws(' ', {', '.join(names)})"
        assert rows(account, f"select {text} from {table} where lower({text}) like '%hush%'") == [], table
    told = ("error_monitoring where severity = 'SEVERE'", "sync_performance where sync_status = 'failed'")
    for mart, column in zip(told, ("error_message", "failure_reason"), strict=True):
        hidden = rows(
            account, f"select count(*) from fivetran_analytics.fct_fivetran_{mart} and {column} like '%[secret]%'"
        )
        assert hidden[0][0] >= len(MESSAGES), mart
    edited = rows(account, f"select count(*) from {MART('configuration_changes')} where new_value like '%[secret]%'")
    assert edited[0][0] > len(SECRET_EDITS)


# The queries that show a message or a value.
QUERIES = (
    "latest_errors",
    "open_incidents",
    "incidents_last_30_days",
    "configuration_changes",
)


def test_no_answer_tells_a_secret_or_acts_on_a_terminal(account: Path, tmp_path: Path, monkeypatch) -> None:
    as_of = ("--as-of", AS_OF.isoformat())
    said = []
    for name in QUERIES:
        for form in ("table", "csv", "json"):
            said.append((form, asked(account, "query", name, "--format", form, *as_of)))
            assert form == "table" or "[secret]" in said[-1][1].out, name
    said.append(("table", asked(account, "lineage", "loop.loop")))
    for change in ("drop-tables", "resync", "reschedule", "history-mode"):
        said.append(("table", asked(account, "what-if", change, "c", *as_of)))
    said.append(("table", asked(account, "alert", "--dry-run", *as_of)))
    for form in ("csv", "parquet"):
        asked(account, "export", "focus", "--format", form, "-o", tmp_path / f"focus.{form}", *as_of)
    asked(account, "export", "chargeback", "-o", tmp_path / "chargeback", *as_of)
    asked(account, "export", "evidence", "-o", tmp_path / "evidence")
    reported = ("-o", tmp_path / "report.html", "--json", tmp_path / "report.json", "--no-progress")
    asked(account, "report", *reported, *as_of)
    server = Server()
    receivers(account, monkeypatch, ops=server.address)
    try:
        said.append(("table", asked(account, "alert", "--state", tmp_path / "state.json", *as_of)))
    finally:
        server.shutdown()
        server.server_close()
    assert "[secret]" in json.dumps(server.taken)
    assert not has_secret(json.dumps(server.taken))
    for form, result in said:
        assert not has_secret(result.out + result.err)
        if form == "table":
            assert not set(result.out + result.err) & set("\x1b\x9b\u202e\u2066\r\x1f")
    written = [path for path in [*tmp_path.rglob("*"), *(account / "logs").rglob("*")] if path.is_file()]
    assert {"state.json", "report.json", "findings.csv", "focus.parquet", "dbt.log"} <= {path.name for path in written}
    for path in written:
        assert not has_secret(unpacked(path) if path.suffix == ".html" else path.read_bytes()), path
        if path.suffix == ".csv":
            cells = re.findall(r'(?m)(?:^|,)"?([=+@].*)', path.read_text(encoding="utf-8"))
            assert cells == [], path
    with duckdb.connect() as database:
        database.execute(f"select * from '{tmp_path / 'focus.parquet'}'")
        assert not has_secret(str(database.fetchall()))
