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
from helpers import DATABASE, CliResult, build_in, rows, run_cli
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
LINK = "[click](https://example.com) ![](https://example.com/p.png) `x`\u200b\u2066שלום"
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
        for number, name in ((1, HOSTILE), (2, SCREEN), (3, LINK)):
            source.add(f"{side}_table", id=number, schema_id=1, connection_id="c", name=name, **place)
            source.add(f"{side}_column", id=number, table_id=number, connection_id="c", name=name, type="text", **place)
    for level in ("table", "column"):
        for come, go in ((1, 2), (2, 1), (3, 3), (8, 9)):
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
    source.add("audit_trail", id="nobody", captured_at=AS_OF - timedelta(hours=2), user_id="nobody")
    for number, text in enumerate(SECRET_EDITS):
        source.add(
            "audit_trail",
            id=f"secret {number}",
            captured_at=AS_OF - timedelta(days=20, seconds=-number),
            user_id="one",
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
            "create schema settings; create table settings.exceptions as"
            " select 'inventory_has_owner' as rule_code, 'c' as connection_name, date '2026-06-17' as until_date, 'x' as reason"
            f" union all select 'no_such_rule', 'c', null, ? union all select 'broken', ?, null, ?",
            [HOSTILE, HOSTILE, CELL],
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
    outcome = built[1]
    assert [problem.text for problem in outcome.problems if not problem.is_warning] == []
    assert len(outcome.problems) == 1
    assert "no_such_rule" in outcome.problems[0].text
