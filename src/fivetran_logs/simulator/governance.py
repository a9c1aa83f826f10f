"""The tables of account, people and connections, and the audit trail."""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa

from .access import role_tables
from .account import ACCOUNT_ID, ACCOUNT_NAME, DEV
from .actions import gone_actor
from .cast import MOVED
from .catalogue import CONNECTOR_TYPES
from .clock import DAY, to_ms
from .rows import rows_of
from .text import base64_ids
from .world import World


def tables(world: World) -> dict[str, pa.Table]:
    """All tables of account, people and roles."""
    return {
        "account": rows_of(
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
        "destination": rows_of(
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
        "connector_type": rows_of(
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
        "user": rows_of(
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
        **role_tables(world),
    }


# -- tables


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
    return rows_of(
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
    return rows_of(
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
