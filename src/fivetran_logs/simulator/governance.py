"""Account, people and roles; and what people did, as the audit trail and the log's dashboard events tell it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from .account import ACCOUNT_ID, ACCOUNT_NAME, CONNECTOR_TYPES, DEV, EU, PROD, connection_id
from .clock import DAY, HOUR, MINUTE, NEVER, SECOND, day_of, iso, timestamps, to_ms
from .incidents import RESYNC_DAYS_AGO
from .messages import record
from .model import INFO, SEVERE, WARNING, LogRow
from .text import base64_ids
from .world import World

# Until then the log named people by e-mail address, since then by user id.
ACTOR_IDS_SINCE = to_ms(datetime(2025, 10, 1))
MASK = "************"
NIGHT_ADMIN_DAYS_AGO = 6

ROLES = {
    "Account Administrator": (
        "role_acc_admin",
        ["ACCOUNT_MANAGE", "USER_MANAGE", "DESTINATION_MANAGE", "CONNECTION_MANAGE"],
    ),
    "Account Billing": ("role_acc_billing", ["BILLING_MANAGE", "ACCOUNT_VIEW"]),
    "Account Analyst": ("role_acc_analyst", ["ACCOUNT_VIEW", "DESTINATION_VIEW", "CONNECTION_EDIT"]),
    "Account Reviewer": ("role_acc_reviewer", ["ACCOUNT_VIEW", "DESTINATION_VIEW", "CONNECTION_VIEW"]),
    "Manage Destination": ("role_dst_manage", ["DESTINATION_MANAGE", "CONNECTION_MANAGE"]),
    "View Destination": ("role_dst_view", ["DESTINATION_VIEW", "CONNECTION_VIEW"]),
    "Edit Connection": ("role_con_edit", ["CONNECTION_EDIT"]),
    "Payments Connections": ("role_custom_payments", ["CONNECTION_MANAGE"]),
}


@dataclass
class Action:
    """Something done to the account.

    actor    position in World.people, None for Fivetran itself, -1 for a user who is no longer listed
    event    message_event without its `connection`/`connector`, or with it spelled {c}; None: not in the log
    details  of the log event
    trail    audit_trail columns (action, interaction_method, resources, old and new values), or None
    account  an account event: only in the log of enterprise accounts, without a connection
    """

    time: int
    actor: int | None
    connection: int
    event: str | None
    details: dict[str, Any]
    trail: dict[str, Any] | None
    account: bool = False
    story: str = ""
    severity: int = INFO


def tables(world: World) -> dict[str, pa.Table]:
    """All tables of account, people and roles; adds the log's side of the actions to the world."""
    world.actions = sorted(_actions(world), key=lambda action: action.time)
    out = {
        "account": _rows(
            world,
            [
                {
                    "id": ACCOUNT_ID,
                    "name": ACCOUNT_NAME,
                    "created_at": to_ms(datetime(2021, 3, 1)),
                    "status": "active",
                    "country": "US",
                }
            ],
            id="text",
            name="text",
            created_at="time",
            status="text",
            country="text",
        ),
        "destination": _rows(
            world,
            [
                {
                    "id": place.id,
                    "account_id": ACCOUNT_ID,
                    "created_at": place.created_at,
                    "deployment_type": "SaaS",
                    "destination_type": place.destination_type,
                    "is_active": place.is_active,
                    "name": place.name,
                    "region": place.region,
                }
                for place in world.destinations
            ],
            id="text",
            account_id="text",
            created_at="time",
            deployment_type="text",
            destination_type="text",
            is_active="bool",
            name="text",
            region="text",
        ),
        "connector_type": _rows(
            world,
            [
                {
                    "id": kind,
                    "availability": "generally_available" if number % 7 else "beta",
                    "created_at": to_ms(datetime(2018, 1, 1)) + number * 20 * DAY,
                    "deleted": False,
                    "official_connector_name": official,
                    "public_beta_at": to_ms(datetime(2018, 6, 1)),
                    "release_at": to_ms(datetime(2019, 1, 1)),
                    "type": family,
                }
                for number, (kind, (official, family, _)) in enumerate(CONNECTOR_TYPES.items())
                if kind != "intercom"
            ],
            id="text",
            availability="text",
            created_at="time",
            deleted="bool",
            official_connector_name="text",
            public_beta_at="time",
            release_at="time",
            type="text",
        ),
        "connection": _connection_table(world),
        "user": _rows(
            world,
            [
                {
                    "id": person.id,
                    "created_at": person.created_at,
                    "email": person.email,
                    "email_disabled": person.deleted,
                    "family_name": person.family_name,
                    "given_name": person.given_name,
                    "phone": None,
                    "verified": True,
                    "_fivetran_deleted": person.deleted,
                }
                for person in world.people
            ],
            id="text",
            created_at="time",
            email="text",
            email_disabled="bool",
            family_name="text",
            given_name="text",
            phone="text",
            verified="bool",
            _fivetran_deleted="bool",
        ),
        "audit_trail": _trail_table(world),
    }
    out |= _role_tables(world)
    _log_side(world)
    return out


# -- tables


def _rows(world: World, rows: list[dict[str, Any]], **kinds: str) -> pa.Table:
    """A small table; every row arrived with the last Platform sync unless it says otherwise."""
    types = {"text": pa.string(), "bool": pa.bool_(), "int": pa.int32(), "long": pa.int64()}
    columns = {}
    for name, kind in kinds.items():
        values = [row.get(name) for row in rows]
        if kind == "time":
            columns[name] = timestamps(
                np.array([NEVER if value is None else value for value in values], dtype=np.int64)
            )
        else:
            columns[name] = pa.array(values, type=types[kind])
    synced = [row.get("_fivetran_synced", world.synced()) for row in rows]
    columns["_fivetran_synced"] = timestamps(np.array(synced, dtype=np.int64))
    return pa.table(columns)


def _connection_table(world: World) -> pa.Table:
    rows = [
        {
            "connection_id": c.id,
            "connecting_user_id": c.user,
            "connector_type_id": c.type_id,
            "destination_id": c.destination,
            "connection_name": c.name,
            "deployment_type": "SaaS",
            "paused": c.paused,
            "signed_up": c.signed_up,
            "sync_frequency": c.frequency if c.tells_frequency else None,
            "_fivetran_deleted": c.deleted,
        }
        for c in world.connections
    ]
    for row in list(rows):
        if row["connection_name"] == "warehouse_copy":  # moved to another destination: the old row stays, deleted
            rows.append(
                {**row, "destination_id": DEV, "signed_up": row["signed_up"] - 90 * DAY, "_fivetran_deleted": True}
            )
        if row["connection_name"] == "salesforce":  # renamed long ago
            rows.append(
                {**row, "connection_name": "sfdc_old", "signed_up": row["signed_up"] - DAY, "_fivetran_deleted": True}
            )
    rows.sort(key=lambda row: (row["connection_id"], row["_fivetran_deleted"]))
    return _rows(
        world,
        rows,
        connection_id="text",
        connecting_user_id="text",
        connector_type_id="text",
        destination_id="text",
        connection_name="text",
        deployment_type="text",
        paused="bool",
        signed_up="time",
        sync_frequency="int",
        _fivetran_deleted="bool",
    )


def _role_tables(world: World) -> dict[str, pa.Table]:
    """Teams, roles, memberships. Person 10 became an administrator at night; the last person has left."""
    people, since = world.people, to_ms(datetime(2023, 1, 9, 9))
    night = night_admin_time(world)
    teams = [
        ("team_data", "Data Platform", None),
        ("team_finance", "Finance Analytics", None),
        ("team_marketing", "Marketing Analytics", None),
        ("team_payments", "Payments", "team_finance"),
    ]
    members = {"team_data": [0, 1, 2, 3], "team_finance": [4, 6], "team_marketing": [5, 7, 8], "team_payments": [9]}
    memberships: list[dict[str, Any]] = []

    def grant(role: str, at: int = since, gone: bool = False, **reach: Any) -> None:
        memberships.append(
            {
                "id": len(memberships) + 1,
                "account_id": None,
                "connection_id": None,
                "destination_id": None,
                "role_id": ROLES[role][0],
                "team_id": None,
                "user_id": None,
                "created_at": at,
                "organization_id": None,
                "_fivetran_deleted": gone,
            }
            | reach
        )

    for number, person in enumerate(people):
        promoted = number == 10 and world.window.days > NIGHT_ADMIN_DAYS_AGO
        grant(
            person.role,
            max(person.created_at, since),
            person.deleted or promoted,
            account_id=ACCOUNT_ID,
            user_id=person.id,
        )
        if promoted:
            grant("Account Administrator", night, account_id=ACCOUNT_ID, user_id=person.id)
    grant("Manage Destination", destination_id=PROD, team_id="team_data")
    grant("Manage Destination", destination_id=DEV, team_id="team_data")
    grant("View Destination", destination_id=PROD, team_id="team_finance")
    grant("View Destination", destination_id=PROD, team_id="team_marketing")
    for name, role, reach in (
        ("stripe_eu", "Payments Connections", {"team_id": "team_payments"}),
        ("google_ads", "Edit Connection", {"user_id": people[7].id}),
        ("marketo_eu", "Edit Connection", {"user_id": people[11].id}),
    ):
        at = world.position(name)
        if at is not None:
            grant(role, gone=name == "marketo_eu", connection_id=world.connections[at].id, **reach)
    return {
        "team": _rows(
            world,
            [
                {
                    "id": key,
                    "account_id": ACCOUNT_ID,
                    "description": f"{name} team",
                    "name": name,
                    "parent_id": parent,
                    "_fivetran_deleted": False,
                }
                for key, name, parent in teams
            ],
            id="text",
            account_id="text",
            description="text",
            name="text",
            parent_id="text",
            _fivetran_deleted="bool",
        ),
        "team_membership": _rows(
            world,
            [
                {
                    "role_id": "role_team_manager" if number == 0 else "role_team_member",
                    "team_id": team,
                    "user_id": people[one].id,
                    "created_at": since + number * DAY,
                    "_fivetran_deleted": False,
                }
                for team, ones in members.items()
                for number, one in enumerate(ones)
            ],
            role_id="text",
            team_id="text",
            user_id="text",
            created_at="time",
            _fivetran_deleted="bool",
        ),
        "role": _rows(
            world,
            [
                {
                    "id": key,
                    "account_id": ACCOUNT_ID,
                    "connector_types": '["stripe"]' if "custom" in key else None,
                    "description": f"{name} role",
                    "name": name,
                    "_fivetran_deleted": False,
                }
                for name, (key, _) in ROLES.items()
            ]
            + [
                {
                    "id": "role_team_manager",
                    "account_id": ACCOUNT_ID,
                    "connector_types": None,
                    "description": "Team manager",
                    "name": "Team Manager",
                    "_fivetran_deleted": False,
                },
                {
                    "id": "role_team_member",
                    "account_id": ACCOUNT_ID,
                    "connector_types": None,
                    "description": "Team member",
                    "name": "Team Member",
                    "_fivetran_deleted": False,
                },
            ],
            id="text",
            account_id="text",
            connector_types="text",
            description="text",
            name="text",
            _fivetran_deleted="bool",
        ),
        "role_permission": _rows(
            world,
            [
                {"permission": permission, "role_id": key, "_fivetran_deleted": False}
                for key, permissions in ROLES.values()
                for permission in permissions
            ],
            permission="text",
            role_id="text",
            _fivetran_deleted="bool",
        ),
        "role_connector_type": _rows(
            world,
            [{"connector_type": "stripe", "role_id": "role_custom_payments"}],
            connector_type="text",
            role_id="text",
        ),
        "resource_membership": _rows(
            world,
            memberships,
            id="long",
            account_id="text",
            connection_id="text",
            destination_id="text",
            role_id="text",
            team_id="text",
            user_id="text",
            created_at="time",
            organization_id="text",
            _fivetran_deleted="bool",
        ),
        "destination_membership": _rows(
            world,
            [
                {
                    "destination_id": PROD,
                    "user_id": people[0].id,
                    "activated_at": since,
                    "joined_at": since - DAY,
                    "role": "Administrator",
                },
                {
                    "destination_id": PROD,
                    "user_id": people[2].id,
                    "activated_at": since + DAY,
                    "joined_at": since,
                    "role": "Collaborator",
                },
                {
                    "destination_id": EU,
                    "user_id": people[4].id,
                    "activated_at": None,
                    "joined_at": since,
                    "role": "Reviewer",
                },
            ],
            destination_id="text",
            user_id="text",
            activated_at="time",
            joined_at="time",
            role="text",
        ),
    }


# -- actions


def night_admin_time(world: World) -> int:
    """02:40 and some seconds, six nights ago."""
    return int(day_of(world.window.ago(days=NIGHT_ADMIN_DAYS_AGO))) * DAY + 2 * HOUR + 40 * MINUTE + 17 * SECOND


def gone_actor() -> str:
    """A user id that no user has any more."""
    return connection_id("somebody who left")


def _on_connection(world: World, at: int, action: str, old: dict, new: dict, method: str = "WEB_UI") -> dict[str, Any]:
    connection = world.connections[at]
    return {
        "action": action,
        "interaction_method": method,
        "primary_resource_type": "DESTINATION",
        "primary_resource_id": connection.destination,
        "secondary_resource_type": "CONNECTION",
        "secondary_resource_id": connection.id,
        "old_values": old,
        "new_values": new,
    }


def _on_account(action: str, kind: str, identity: str, old: dict, new: dict, method: str = "WEB_UI") -> dict[str, Any]:
    return {
        "action": action,
        "interaction_method": method,
        "primary_resource_type": "ACCOUNT",
        "primary_resource_id": ACCOUNT_ID,
        "secondary_resource_type": kind,
        "secondary_resource_id": identity,
        "old_values": old,
        "new_values": new,
    }


def _actions(world: World) -> list[Action]:
    window, out = world.window, []

    def add(time: int, *args: Any, **more: Any) -> None:
        if window.start < time < window.as_of - HOUR:
            out.append(Action(time, *args, **more))

    for at, c in enumerate(world.connections):
        if c.bulk:
            continue
        config = {"host": "db.internal.example.com", "password": MASK, "updateMethod": "XMIN"}
        # Where the connection replaces a deleted one, a different person set it up: nothing else depends on it.
        add(
            c.signed_up + 3 * SECOND,
            at % 4,
            at,
            "create_{c}",
            {"properties": config},
            _on_connection(world, at, "CREATE", {}, {"service": c.type_id, "schema": c.name}),
            story="created",
        )
        if c.deleted:
            add(
                c.last + 2 * HOUR,
                1,
                at,
                "delete_{c}",
                {},
                _on_connection(world, at, "DELETE", {"schema": c.name}, {}),
                story="deleted",
            )
        if c.name == "old_survey":
            add(
                c.last + HOUR,
                3,
                at,
                "pause_{c}",
                {},
                _on_connection(world, at, "EDIT", {"paused": False}, {"paused": True}),
                story="paused by a user",
            )
        if c.name == "abandoned_leads":
            add(c.last + HOUR, None, at, "pause_{c}", {}, None, story="paused by Fivetran")
        if c.name == "idle_feature_flags":
            add(
                c.signed_up + DAY,
                2,
                at,
                "edit_{c}",
                {"properties": {"sync_frequency": 5}, "oldProperties": {"sync_frequency": 360}},
                _on_connection(world, at, "EDIT", {"sync_frequency": 360}, {"sync_frequency": 5}),
                story="synced too often",
            )
        if c.name == "marketo_eu":
            add(
                window.ago(days=3, minutes=25),
                4,
                at,
                "edit_{c}",
                {"properties": {"client_secret": MASK}, "editType": "CREDENTIALS"},
                _on_connection(world, at, "EDIT", {"client_secret": MASK}, {"client_secret": MASK}),
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
        if c.name == "loyalty_mysql":
            add(window.ago(days=RESYNC_DAYS_AGO, minutes=12), 2, at, "resync_{c}", {}, None, story="re-synced")
        if c.name == "inventory_pg":
            add(
                window.ago(days=18, hours=3),
                3,
                at,
                "change_schema_config",
                {"connectorId": c.id, "properties": {"ENABLED": ["public.stock_levels"], "DISABLED": []}},
                None,
                story="repaired",
            )
    kira = world.people[10]
    add(
        night_admin_time(world),
        8,
        -1,
        None,
        {},
        _on_account("EDIT", "USER", kira.id, {"role": "Account Reviewer"}, {"role": "Account Administrator"}),
        story="admin at night",
    )
    add(
        window.ago(days=7, hours=4),
        0,
        -1,
        None,
        {},
        _on_account("CREATE", "USER", kira.id, {}, {"email": kira.email}),
        story="user invited",
    )
    add(window.ago(days=9, hours=5), 1, -1, "generate_api_secret", {"properties": {"secret": MASK}}, None, account=True)
    add(window.ago(days=33, hours=2), 0, -1, "edit_account", {"properties": {"require_mfa": True}}, None, account=True)
    add(window.ago(days=41, hours=6), 1, -1, "create_team", {"properties": {"name": "Payments"}}, None, account=True)
    add(
        window.ago(days=64, hours=1),
        0,
        -1,
        None,
        {},
        _on_account("DELETE", "USER", world.people[11].id, {"email": world.people[11].email}, {}),
    )
    add(
        window.ago(days=5, hours=3),
        -1,
        -1,
        None,
        {},
        _on_account("EDIT", "TEAM", "team_data", {"description": ""}, {"description": "Data Platform team"}),
        story="by a user who left",
    )
    at = world.position("salesforce")
    for day, person in ((9, 0), (16, 2), (23, 11)) if at is not None else ():
        time = to_ms(datetime(2025, 9, day, 10, 30))
        if world.connections[at].signed_up < time < window.start:  # the log keeps what people did for longer
            details = {"properties": {"is_account_level_connector": "true"}}
            out.append(Action(time, person, at, "edit_connector", details, None, story="named by address"))
    out.extend(_everyday(world, {action.time // HOUR for action in out}))
    return out


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
        at, who, what = int(rng.choice(able)), int(rng.integers(0, 8)), int(rng.integers(0, 6))
        place = world.connections[at]
        if what == 0:
            old, new = {"sync_frequency": 360}, {"sync_frequency": int(rng.choice([60, 180, 720]))}
            out.append(
                Action(
                    time,
                    who,
                    at,
                    "edit_{c}",
                    {"properties": new, "oldProperties": old},
                    _on_connection(world, at, "EDIT", old, new),
                )
            )
        elif what == 1:
            out.append(
                Action(
                    time,
                    who,
                    at,
                    "change_schema_config",
                    {"connectorId": place.id, "properties": {"ENABLED": ["t"]}},
                    None,
                )
            )
        elif what == 2:
            out.append(Action(time, who, at, "sync_now", {}, None))
        elif what == 3:
            new = {"schedule_type": "manual" if rng.random() < 0.3 else "auto"}
            out.append(Action(time, who, at, None, {}, _on_connection(world, at, "EDIT", {}, new, "API")))
        elif what == 4:
            out.append(Action(time, who, -1, "sync_connection", {"id": place.id}, None, account=True))
        else:
            out.append(
                Action(
                    time,
                    who,
                    -1,
                    None,
                    {},
                    _on_account(
                        "EDIT", "DESTINATION", place.destination, {"time_zone_offset": "0"}, {"time_zone_offset": "1"}
                    ),
                )
            )
    return out


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


def _log_side(world: World) -> None:
    for action in world.actions:
        if not in_log(world, action):
            continue
        details = {"actor": actor_name(world, action.actor, action.time)}
        if action.connection >= 0:
            details["id"] = world.connections[action.connection].id
        # The log is some moments behind the trail.
        time = action.time + 2 * SECOND
        event = message_event(world, action.event)
        if event.startswith("resync_"):
            event = "resync_connector"  # has kept its old name
        data = record(**details, **action.details)
        world.rows.append(LogRow(time, action.connection, -1, event, action.severity, data))
        if action.story == "re-synced":
            data = record(reason="Re-sync of all tables requested", cause="USER_ACTION")
            world.rows.append(
                LogRow(time + 40 * SECOND, action.connection, -1, "forced_resync_connector", WARNING, data)
            )


def _trail_table(world: World) -> pa.Table:
    ids = base64_ids(world.rng("trail"), len(world.actions)).to_pylist()
    rows = []
    for action, identity in zip(world.actions, ids, strict=True):
        if action.trail is None:
            continue
        trail = dict(action.trail)
        for key in ("old_values", "new_values"):
            trail[key] = json.dumps(trail[key], separators=(",", ":")) if trail[key] else None
        user = gone_actor() if action.actor == -1 else world.people[action.actor].id
        rows.append(
            dict(
                trail,
                captured_at=action.time,
                id=identity,
                user_id=user,
                _fivetran_synced=int(world.arrival(action.time)),
            )
        )
    return _rows(
        world,
        rows,
        captured_at="time",
        id="text",
        user_id="text",
        action="text",
        interaction_method="text",
        new_values="text",
        old_values="text",
        primary_resource_id="text",
        primary_resource_type="text",
        secondary_resource_id="text",
        secondary_resource_type="text",
    )


def truth(world: World) -> dict[str, Any]:
    """fct_fivetran_user_activity: one row per action; where trail and log tell of the same, the trail's stays."""
    enterprise = world.plan == "enterprise"
    trail = [action for action in world.actions if action.trail is not None and enterprise]
    log = [
        action for action in world.actions if in_log(world, action) and not (action.trail is not None and enterprise)
    ]
    counts: dict[str, int] = {}
    for action in log:
        name = message_event(world, action.event)
        counts[name] = counts.get(name, 0) + 1
    kinds: dict[tuple[str, str], int] = {}
    for action in trail:
        kind = action.trail["action"], action.trail["secondary_resource_type"]
        kinds[kind] = kinds.get(kind, 0) + 1
    return {
        "by_log_source": {"audit_trail": len(trail), "log": len(log)},
        "log_by_message_event": dict(sorted(counts.items())),
        "audit_trail_by_action": [
            {"action": action, "secondary_resource_type": kind, "rows": rows}
            for (action, kind), rows in sorted(kinds.items())
        ],
        "told_twice": sum(in_log(world, action) for action in trail),
        "user_id_by_actions": _by_user(world, trail + log),
        "night_admin_at": iso(night_admin_time(world)),
    }


def _by_user(world: World, actions: list[Action]) -> dict[str, int]:
    out: dict[str, int] = {}
    for action in actions:
        if action.actor is not None:
            user = gone_actor() if action.actor < 0 else world.people[action.actor].id
            out[user] = out.get(user, 0) + 1
    return dict(sorted(out.items()))
