"""What Fivetran's own package answers, worked out a second time from the source of the simulated account."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from helpers import BuiltAccount, run_cli

MARTS = "fivetran_analytics.fct_fivetran_"


@pytest.fixture(scope="module")
def account(built_account: BuiltAccount) -> BuiltAccount:
    return built_account


@pytest.fixture(scope="module")
def payloads(account: BuiltAccount) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The JSON of syncs' events that is whole, by connection, sync and event; of several the last."""
    found = account.rows(
        "select connection_id, sync_id, message_event, message_data from fivetran_log.log where sync_id is not null "
        "and message_event in ('sync_end', 'resync_connector', 'forced_resync_connector', 'resync_table', "
        "'forced_resync_table') order by time_stamp, id"
    )
    read: dict[tuple[str, str, str], dict[str, Any]] = {}
    for connection, sync, event, text in found:
        try:
            payload = json.loads(text or "{}")
            payload = json.loads(payload) if isinstance(payload, str) else payload
        except ValueError:
            payload = None
        read[connection, sync, event] = payload
    return read


def test_reason_and_kind_of_syncs_that_wait_or_were_canceled(account: BuiltAccount, payloads: dict) -> None:
    syncs = account.rows(
        f"select connection_id, sync_id, sync_status, failure_reason, sync_kind from {MARTS}sync_performance "
        "where sync_id is not null and sync_completed_at is not null"
    )
    statuses = Counter()
    for connection, sync, status, reason, kind in syncs:
        end = payloads[connection, sync, "sync_end"]
        if end is None:
            continue
        if status in ("rescheduled", "canceled"):
            statuses[status] += 1
            assert reason == end.get("reason")
        events = {
            event for event in ("resync_connector", "forced_resync_connector") if (connection, sync, event) in payloads
        }
        of_tables = {
            event for event in ("resync_table", "forced_resync_table") if (connection, sync, event) in payloads
        }
        on_purpose = status == "rescheduled" and "intended behavior" in (reason or "").lower()
        expected = "priority_first" if on_purpose else "resync" if events else "table_resync" if of_tables else None
        assert kind == expected, (connection, sync)
        statuses[kind] += 1
    assert statuses["rescheduled"]
    assert statuses["canceled"]
    assert statuses["priority_first"]


def test_the_row_behind_an_action_or_an_issue(account: BuiltAccount) -> None:
    """Its id finds one that happened at that time."""
    sources = {"audit_trail": ("audit_trail", "captured_at"), "log": ("log", "time_stamp")}
    for mart, kinds in (("user_activity", sources), ("error_monitoring", {"log": sources["log"]})):
        for source, (table, time) in kinds.items():
            lost = account.rows(
                f"select count(*), count(*) filter (where not exists (from fivetran_log.{table} as source where "
                f"source.id = ours.source_event_id and source.{time} = ours.occurred_at)) "
                f"from {MARTS}{mart} as ours where log_source = '{source}'"
            )[0]
            assert lost[0] > 0
            assert lost[1] == 0, (mart, source)


def test_the_role_of_an_actor(account: BuiltAccount) -> None:
    """Their own or that of a team around them: for the connection, else for the destination, else for the account."""
    parents = dict(account.rows("select id, parent_id from fivetran_log.team"))
    names: dict[str, set[str]] = {}  # a person's own id, and those of the teams that they are in
    for user, team in account.rows(
        "select user_id, team_id from fivetran_log.team_membership where not coalesce(_fivetran_deleted, false)"
    ):
        while team and team not in names.setdefault(user, {user}):
            names[user].add(team)
            team = parents.get(team)
    memberships = account.rows(
        "select coalesce(user_id, team_id), connection_id, destination_id, coalesce(name, role_id) "
        "from fivetran_log.resource_membership left join fivetran_log.role on role_id = role.id "
        "where not coalesce(resource_membership._fivetran_deleted, false) "
        "union all select user_id, null, destination_id, role from fivetran_log.destination_membership"
    )
    actions = account.rows(
        "select user_id, activities.connection_id, health.destination_id, resource_type, resource_id, "
        "secondary_resource_type, secondary_resource_id, actor_role "
        f"from {MARTS}user_activity as activities left join {MARTS}connector_health as health "
        "on activities.connection_id = health.connection_id where actor_type <> 'fivetran' and user_id is not null"
    )
    told = 0
    for user, connection, of_connection, kind, resource, other_kind, other, role in actions:
        places = {"DESTINATION": None, other_kind: other, kind: resource}
        destination = of_connection or places["DESTINATION"]
        mine = [(of, at, name) for who, of, at, name in memberships if who in names.get(user, {user})]
        levels = (
            [name for of, _, name in mine if of and of == connection],
            [name for of, at, name in mine if not of and at and at == destination],
            [name for of, at, name in mine if not of and not at],
        )
        expected = next((sorted(roles)[0] for roles in levels if roles), None)
        assert role == expected, (user, connection, destination)
        told += role is not None
    assert told > 50
    of_fivetran = f"select count(actor_role) from {MARTS}user_activity where actor_type = 'fivetran'"
    assert account.rows(of_fivetran) == [(0,)]


def test_rows_by_the_day_they_were_written(account: BuiltAccount) -> None:
    done = run_cli("query", "rows_by_day_written", "--format", "json", "--limit", "100000", cwd=account.directory)
    assert done.code == 0, done.err
    found = Counter()
    for row in json.loads(done.out):
        found[row["write_date"][:10]] += row["rows_synced"]
    expected = account.rows(
        f"""
        with ends as (
            select connection_id, sync_id, message_data ->> 'table' as table_name, max(time_stamp) as at
            from fivetran_log.log where message_event = 'write_to_table_end' and json_valid(message_data) group by all
        )
        select (coalesce(ends.at, sync_completed_at, sync_started_at)::date)::varchar, sum(tables.rows_synced)
        from {MARTS}table_syncs as tables join {MARTS}sync_performance as syncs using (sync_key)
        left join ends on ends.connection_id = tables.connection_id and ends.sync_id = tables.sync_id
            and ends.table_name = tables.table_name
        group by 1
        """
    )
    days = sorted(found)
    assert len(days) > 25
    assert {day: found[day] for day in days[1:]} == {day: n for day, n in expected if day in days[1:]}
