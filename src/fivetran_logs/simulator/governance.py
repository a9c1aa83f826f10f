"""The tables of account, people, roles and connections, and the audit trail."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from .account import ACCOUNT_ID, ACCOUNT_NAME, DEV, EU, PROD, TEAMS
from .actions import NIGHT_ADMIN_DAYS_AGO, gone_actor, night_admin_time
from .cast import BROKEN, MOVED
from .catalogue import CONNECTOR_TYPES
from .clock import DAY, NEVER, timestamps, to_ms
from .text import base64_ids
from .world import World

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


def tables(world: World) -> dict[str, pa.Table]:
    """All tables of account, people and roles."""
    return {
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
        **_role_tables(world),
    }


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
        if row["connection_name"] == MOVED:  # moved to another destination: the old row stays, deleted
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
    grant("Manage Destination", destination_id=PROD, team_id="team_data_platform")
    grant("Manage Destination", destination_id=DEV, team_id="team_data_platform")
    grant("View Destination", destination_id=PROD, team_id="team_finance")
    grant("View Destination", destination_id=PROD, team_id="team_marketing")
    for name, role, reach in (
        ("stripe_eu", "Payments Connections", {"team_id": "team_payments"}),
        ("google_ads", "Edit Connection", {"user_id": people[7].id}),
        (BROKEN, "Edit Connection", {"user_id": people[11].id}),
    ):
        at = world.position(name)
        if at is not None:
            grant(role, gone=name == BROKEN, connection_id=world.connections[at].id, **reach)
    return {
        "team": _rows(
            world,
            [
                {
                    "id": team.id,
                    "account_id": ACCOUNT_ID,
                    "description": f"{team.name} team",
                    "name": team.name,
                    "parent_id": team.parent,
                    "_fivetran_deleted": False,
                }
                for team in TEAMS
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
                    "team_id": team.id,
                    "user_id": people[one].id,
                    "created_at": since + number * DAY,
                    "_fivetran_deleted": False,
                }
                for team in TEAMS
                for number, one in enumerate((team.lead, *team.members))
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
