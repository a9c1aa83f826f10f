"""What people and Fivetran did to the account, as the log's dashboard events and the audit trail tell it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from .account import DEPARTED_PERSON, TEAMS
from .cast import BROKEN, FORGOTTEN, GIVEN_UP, IDLE, MIGRATED, OVER_SYNCED_DAYS, RESYNCED
from .catalogue import CONNECTOR_TYPES, connection_id
from .clock import DAY, HOUR, MINUTE, SECOND, day_of, to_ms
from .incidents import RESYNC_DAYS_AGO
from .messages import record
from .model import SEVERE, WARNING, Action, Connection, LogRow
from .sessions import planted_sessions
from .trail import on_account, on_connection
from .world import World

# Until then the log named people by e-mail address, since then by user id.
ACTOR_IDS_SINCE = to_ms(datetime(2025, 10, 1))
MASK = "************"
NIGHT_ADMIN_DAYS_AGO = 6
EDITORS = (0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 7)  # who may change connections, by how often they do
EVERYDAY = {"frequency": 0.2, "tables": 0.3, "sync": 0.3, "schedule": 0.1, "sync of the account": 0.07, "zone": 0.03}
LOG_DELAY = 2 * SECOND  # the log is some moments behind the trail
DELETED_AFTER = 2 * HOUR  # the last sync of a connection that is deleted


def night_admin_time(world: World) -> int:
    """02:40 and some seconds, six nights ago."""
    return int(day_of(world.window.ago(days=NIGHT_ADMIN_DAYS_AGO))) * DAY + 2 * HOUR + 40 * MINUTE + 17 * SECOND


def gone_actor() -> str:
    """A user id that no user has any more."""
    return connection_id("somebody who left")


def all_actions(world: World) -> list[Action]:
    """Everything that was done, by time."""
    window, out = world.window, []

    def add(time: int, *args: Any, **more: Any) -> None:
        if window.start < time < window.as_of - HOUR:
            out.append(Action(time, *args, **more))

    for at, c in enumerate(world.connections):
        if c.bulk:
            continue
        # Where the connection replaces a deleted one, a different person set it up: nothing else depends on it.
        add(
            c.signed_up + 3 * SECOND,
            at % 4,
            at,
            "create_{c}",
            {"properties": _settings(c)},
            on_connection(world, at, "CREATE", {}, {"service": c.type_id, "schema": c.name}),
            story="created",
        )
        if c.deleted:
            add(
                c.last + DELETED_AFTER,
                1,
                at,
                "delete_{c}",
                {},
                on_connection(world, at, "DELETE", {"schema": c.name}, {}),
                story="deleted",
            )
        if c.name == FORGOTTEN:
            add(
                c.last + HOUR,
                3,
                at,
                "pause_{c}",
                {},
                on_connection(world, at, "EDIT", {"paused": False}, {"paused": True}),
                story="paused by a user",
            )
        if c.name == GIVEN_UP:
            add(c.last + HOUR, None, at, "pause_{c}", {}, None, story="paused by Fivetran")
        if c.name == IDLE:
            add(
                window.ago(days=OVER_SYNCED_DAYS),
                2,
                at,
                "edit_{c}",
                {"properties": {"sync_frequency": 15}, "oldProperties": {"sync_frequency": 360}},
                on_connection(world, at, "EDIT", {"sync_frequency": 360}, {"sync_frequency": 15}),
                story="synced too often",
            )
        if c.name == BROKEN:
            add(
                window.ago(days=3, minutes=25),
                4,
                at,
                "edit_{c}",
                {"properties": {"client_secret": MASK}, "editType": "CREDENTIALS"},
                on_connection(world, at, "EDIT", {"client_secret": MASK}, {"client_secret": MASK}),
                story="credentials edited",
            )
            add(
                window.ago(days=2, hours=22),
                4,
                at,
                "connection_failure",
                {"testCount": 3},
                None,
                story="setup test failed",
                severity=SEVERE,
            )
        if c.name == RESYNCED:
            add(window.ago(days=RESYNC_DAYS_AGO, minutes=12), 2, at, "resync_{c}", {}, None, story="re-synced")
        if c.name == MIGRATED:
            add(
                window.ago(days=18, hours=3),
                3,
                at,
                "change_schema_config",
                {
                    "connectorId": c.id,
                    "properties": {"ENABLED": ["public.stock_levels"], "DISABLED": ["public.coupons"]},
                },
                None,
                story="repaired",
            )
    kira, liam = world.people[10], world.people[DEPARTED_PERSON]
    add(
        night_admin_time(world),
        8,
        -1,
        None,
        {},
        on_account("EDIT", "USER", kira.id, {"role": "Account Reviewer"}, {"role": "Account Administrator"}),
        story="admin at night",
    )
    add(
        window.ago(days=7, hours=4),
        0,
        -1,
        None,
        {},
        on_account("CREATE", "USER", kira.id, {}, {"email": kira.email}),
        story="user invited",
    )
    add(window.ago(days=9, hours=5), 1, -1, "generate_api_secret", {"properties": {"secret": MASK}}, None, account=True)
    add(window.ago(days=33, hours=2), 0, -1, "edit_account", {"properties": {"require_mfa": True}}, None, account=True)
    add(
        window.ago(days=41, hours=6), 1, -1, "create_team", {"properties": {"name": TEAMS[-1].name}}, None, account=True
    )
    add(
        window.ago(days=64, hours=1),
        0,
        -1,
        None,
        {},
        on_account("DELETE", "USER", liam.id, {"email": liam.email}, {}),
    )
    add(
        window.ago(days=5, hours=3),
        -1,
        -1,
        None,
        {},
        on_account("EDIT", "TEAM", TEAMS[0].id, {"description": ""}, {"description": "Data Platform team"}),
        story="by a user who left",
    )
    at = world.position("salesforce")
    for day, person in ((9, 0), (16, 2), (23, DEPARTED_PERSON)) if at is not None else ():
        time = to_ms(datetime(2025, 9, day, 10, 30))
        if world.connections[at].signed_up < time < window.start:  # the log keeps what people did for longer
            details = {"properties": {"is_account_level_connector": "true"}}
            out.append(Action(time, person, at, "edit_connector", details, None, story="named by address"))
    for action in planted_sessions(world):
        if window.start < action.time < window.as_of - HOUR:
            out.append(action)
    out.extend(_everyday(world, {action.time // HOUR for action in out}))
    return sorted(out, key=lambda action: action.time)


def _everyday(world: World, taken: set[int]) -> list[Action]:
    """The daily business: no two actions within half an hour, so that trail and log pair up in one way only."""
    window, rng = world.window, world.rng("everyday")
    able = [
        at
        for at, c in enumerate(world.connections)
        if not c.bulk
        and c.schedule != "none"
        and not c.deleted
        and not c.paused
        and c.shape is None
        and c.signed_up < window.start
    ]
    hours = np.arange(window.start // HOUR + 2, window.as_of // HOUR - 2)
    working = (hours % 24 >= 7) & (hours % 24 <= 17) & ((hours // 24 + 3) % 7 < 5)
    free = np.array([hour for hour in hours[working] if not {hour - 1, hour, hour + 1} & taken])[::2]
    chosen = np.sort(rng.choice(free, min(len(free), int(window.days * 0.7)), replace=False))
    out = []
    for hour in chosen:
        time = int(hour) * HOUR + int(rng.integers(5 * MINUTE, 50 * MINUTE))
        at, who = int(rng.choice(able)), int(rng.choice(EDITORS))
        what = str(rng.choice(list(EVERYDAY), p=list(EVERYDAY.values())))
        place = world.connections[at]
        if what == "frequency":
            before = [minutes for minutes in (60, 180, 720) if minutes != place.frequency]
            old, new = {"sync_frequency": int(rng.choice(before))}, {"sync_frequency": place.frequency}
            trail = on_connection(world, at, "EDIT", old, new)
            out.append(Action(time, who, at, "edit_{c}", {"properties": new, "oldProperties": old}, trail))
        elif what == "tables":
            table = place.tables[int(rng.integers(0, len(place.tables)))]
            properties = {"ENABLED": [f"{table.source_schema}.{table.name}"]}
            details = {"connectorId": place.id, "properties": properties}
            out.append(Action(time, who, at, "change_schema_config", details, None))
        elif what == "sync":
            out.append(Action(time, who, at, "sync_now", {}, None))
        elif what == "schedule":
            new = {"schedule_type": "manual" if rng.random() < 0.3 else "auto"}
            out.append(Action(time, who, at, None, {}, on_connection(world, at, "EDIT", {}, new, "API")))
        elif what == "sync of the account":
            out.append(Action(time, who, -1, "sync_connection", {"id": place.id}, None, account=True))
        else:
            old, new = {"time_zone_offset": "0"}, {"time_zone_offset": "1"}
            trail = on_account("EDIT", "DESTINATION", place.destination, old, new)
            out.append(Action(time, who % 2, -1, None, {}, trail))
    return out


def _settings(connection: Connection) -> dict[str, str]:
    """What was filled in when it was set up, secrets masked."""
    if CONNECTOR_TYPES[connection.type_id][1] == "database":
        source = connection.reads or connection.name
        host = f"{source.replace('_', '-')}.db.internal.example.com"
        return {"host": host, "user": "fivetran", "password": MASK}
    return {"authType": "OAuth", "refresh_token": MASK}


def actor_name(world: World, actor: int | None, time: int) -> str:
    """How the log calls whoever did it."""
    if actor is None:
        return "Fivetran"
    if actor < 0:
        return gone_actor()
    person = world.people[actor]
    return person.email if time < ACTOR_IDS_SINCE or world.names != "current" else person.id


def message_event(world: World, event: str) -> str:
    return event.format(c="connection" if world.names == "current" else "connector") if "{c}" in event else event


def in_log(world: World, action: Action) -> bool:
    return action.event is not None and (not action.account or world.plan == "enterprise")


def log_rows(world: World) -> list[LogRow]:
    """What the log says of the actions."""
    out: list[LogRow] = []
    for action in world.actions:
        if not in_log(world, action):
            continue
        details = {"actor": actor_name(world, action.actor, action.time)}
        if action.connection >= 0:
            details["id"] = world.connections[action.connection].id
        time = action.time + LOG_DELAY
        event = message_event(world, action.event)
        if event.startswith("resync_"):
            event = "resync_connector"  # has kept its old name
        data = record(**details, **action.details)
        out.append(LogRow(time, action.connection, -1, event, action.severity, data))
        if action.story == "re-synced":
            data = record(reason="Re-sync of all tables requested", cause="USER_ACTION")
            out.append(LogRow(time + 40 * SECOND, action.connection, -1, "forced_resync_connector", WARNING, data))
    return out
