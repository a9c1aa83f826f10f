"""fct_fivetran_access_control: who reaches what, worked out from what was granted to whom."""

from __future__ import annotations

from typing import Any

from ..access import LIMITED_TO, ROLES, UNLISTED_ROLE, role_tables, teams_of
from ..account import ACCOUNT_ID
from ..world import World

ALLOWS: dict[str, tuple[str | None, str | None, str | None]] = {
    "Account Administrator": ("manage", "manage", "manage"),
    "Account Billing": ("write", None, None),
    "Account Analyst": ("read", "read", "write"),
    "Account Reviewer": ("read", "read", "read"),
    "Manage Destination": (None, "manage", "manage"),
    "View Destination": (None, "read", "read"),
    "Edit Connection": (None, None, "write"),
    "Payments Connections": (None, None, "manage"),
    "Advertising Connections": (None, None, "manage"),
    "Legacy Support": (None, "write", None),
    # of accounts older than teams: by their names
    "Administrator": (None, "manage", "manage"),
    "Collaborator": (None, "write", "write"),
    "Reviewer": (None, "read", "read"),
}
"""What a role allows in the account, its destinations and its connections."""

CUSTOM = {"Payments Connections", "Advertising Connections", "Legacy Support", UNLISTED_ROLE}
COLUMNS = [
    "user_id",
    "role_name",
    "granted_through",
    "resource_type",
    "resource_id",
    "access_level",
    "is_custom_role",
    "is_role_gone",
]


def access(world: World) -> dict[str, Any]:
    """Every user, role, way and resource; `without` are the ids of the many connections that are left out."""
    found = [row for grant in _grants(world) for row in _reached(world, *grant)]
    bulk = [connection.id for connection in world.connections if connection.bulk]
    return {"columns": COLUMNS, "rows": sorted(found, key=str), "without": sorted(bulk)}


def _grants(world: World) -> list[tuple[str, str, str, bool, str | None, str | None]]:
    """(user, role, way, role is gone, destination, connection) of everything that is granted and not taken back."""
    tables = role_tables(world)
    names = {key: name for name, (key, _) in ROLES.items()}
    gone = {row["id"] for row in tables["role"].to_pylist() if row["_fivetran_deleted"]}
    teams = {team.id: team for team in teams_of(world)}
    out = []
    for grant in tables["resource_membership"].to_pylist():
        if grant["_fivetran_deleted"]:
            continue
        key = grant["role_id"]
        role = names.get(key, key), key in gone or key not in names
        place = grant["destination_id"], grant["connection_id"]
        if grant["user_id"]:
            out.append((grant["user_id"], role[0], "direct", role[1], *place))
        for team in teams.values():
            way = [team.id]
            while way[-1] != grant["team_id"] and teams[way[-1]].parent not in {None, *way}:
                way.append(teams[way[-1]].parent)
            if way[-1] == grant["team_id"]:
                through = " > ".join(teams[one].name for one in way)
                for member in (team.lead, *team.members):
                    out.append((world.people[member].id, role[0], through, role[1], *place))
    for row in tables["destination_membership"].to_pylist():
        out.append((row["user_id"], row["role"], "direct", False, row["destination_id"], None))
    return out


def _reached(
    world: World, user: str, role: str, way: str, gone: bool, destination: str | None, connection: str | None
) -> list[list[Any]]:
    """What was granted itself, whatever the role allows there, and below it what the role allows."""
    of_account, of_destinations, of_connections = ALLOWS.get(role, (None, None, None))
    unknown = role not in ALLOWS
    limited = LIMITED_TO.get(role)
    below = [
        (one.id, one.destination)
        for one in world.connections
        if not one.deleted and not one.bulk and (limited is None or one.type_id in limited)
    ]
    found: list[tuple[str, str, str | None]] = []
    if connection:
        found.append(("connection", connection, of_connections))
    elif destination:
        found.append(("destination", destination, of_destinations))
        if of_connections or unknown:
            found += [("connection", one, of_connections) for one, place in below if place == destination]
    else:
        found.append(("account", ACCOUNT_ID, of_account))
        if of_destinations or unknown:
            found += [("destination", place.id, of_destinations) for place in world.destinations]
        if of_connections or unknown:
            found += [("connection", one, of_connections) for one, _ in below]
    return [[user, role, way, *one, role in CUSTOM, gone] for one in found]
