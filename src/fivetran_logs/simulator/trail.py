"""Rows of the audit trail: the primary resource is the container, the secondary its member."""

from __future__ import annotations

from typing import Any

from .account import ACCOUNT_ID
from .world import World


def on_connection(world: World, at: int, action: str, old: dict, new: dict, method: str = "WEB_UI") -> dict[str, Any]:
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


def on_account(action: str, kind: str, identity: str, old: dict, new: dict, method: str = "WEB_UI") -> dict[str, Any]:
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
