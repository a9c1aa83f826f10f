"""Whatever stands in the audit trail, each of its rows is kept, and nothing in it is run."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from helpers import DATABASE, build_in, rows

MART = "fivetran_analytics.fct_fivetran_{}".format
HOSTILE = (
    "x'; drop table fivetran_log.audit_trail; -- <script>alert(1)</script> {{ ref('x') }} \\ \x1f ünïcödé 🚀 \u202egnp"
)
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


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One edit for each text, by users and of resources with hostile names, and one that names nobody and nothing."""
    directory = tmp_path_factory.mktemp("bad_actions")
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema fivetran_log; set schema = 'fivetran_log'")
        database.execute("create table log (id varchar)")
        database.execute('create table "user" (id varchar, email varchar, given_name varchar, family_name varchar)')
        database.execute('insert into "user" values (?, ?, ?, null)', [HOSTILE, HOSTILE, HOSTILE])
        database.execute("create table team (id varchar, name varchar)")
        database.execute("insert into team values (?, ?)", [HOSTILE, HOSTILE])
        names = [
            *("id", "user_id", "action", "interaction_method", "primary_resource_type", "primary_resource_id"),
            *("secondary_resource_type", "secondary_resource_id", "old_values", "new_values"),
        ]
        columns = ", ".join(f"{name} varchar" for name in names)
        database.execute(f"create table audit_trail (captured_at timestamp, {columns})")
        for number, (what, text) in enumerate(VALUES.items()):
            at = f"2026-06-18 10:{number:02d}:00"
            trail = [what, HOSTILE, "EDIT", "WEB_UI", "TEAM", HOSTILE, "USER", HOSTILE, None, text]
            database.execute(f"insert into audit_trail values (?{', ?' * len(names)})", [at, *trail])
        nobody = ["2026-06-18 12:00:00", "nobody", *[None] * (len(names) - 1)]
        database.execute(f"insert into audit_trail values (?{', ?' * len(names)})", nobody)
    outcome = build_in(
        directory,
        "--select",
        "+fct_fivetran_configuration_changes +fct_fivetran_user_activity",
        fivetran_logs_as_of="2026-06-18T14:00:00",
    )
    assert outcome.problems == []
    return directory


def test_each_row_is_an_action(account: Path) -> None:
    kept = rows(
        account, f"select source_event_id, session_story, resource_name, user_name from {MART('user_activity')}"
    )
    assert sorted(row[0] for row in kept) == sorted([*VALUES, "nobody"])
    told = {row[0]: row[1:] for row in kept}
    story, resource, user = told["damaged"]
    assert (resource, user) == (HOSTILE, HOSTILE), "a name stays as it is"
    assert story == f"{HOSTILE} changed the access of user {HOSTILE[:80]}."
    assert told["nobody"][0] == "Somebody unknown acted on something."


def test_each_record_says_what_changed_or_why_not(account: Path) -> None:
    sql = (
        "select source_event_id, field_path, new_value, unread_because"
        f" from {MART('configuration_changes')} inner join {MART('user_activity')} using (activity_id)"
    )
    found: dict[str, list[tuple]] = {}
    for event, *change in rows(account, sql):
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
    assert rows(account, "select count(*) from fivetran_log.audit_trail") == [(len(VALUES) + 1,)]
