"""What people did in one go: sessions with known stories, and what is unlike the person who did it."""

from __future__ import annotations

from .account import DEV
from .cast import NEVER_SYNCED
from .catalogue import connection_id
from .clock import DAY, HOUR, MINUTE, SECOND, day_of
from .model import Action
from .trail import on_account, on_connection
from .world import World

NIGHT_EDITOR, DELETING, HELPED, JOINED, INVITED_TWICE = 1, 4, 7, 9, 12  # positions in World.people
NIGHT_EDIT_DAYS_AGO, DELETION_DAYS_AGO, JOINED_DAYS_AGO, FORMER_DAYS_AGO = 4, 16, 12, 70
DELETED_AT_ONCE = 6
NIGHTLY_EDITED = "zendesk"
# What a careless script wrote into a setting that does not look secret by its name.
LEAKED_SECRET = "Zq7-winter-harbour-4417"


def at_clock(world: World, days_ago: int, hour: int, minute: int = 0) -> int:
    """That time of that day, in ms."""
    return int(day_of(world.window.ago(days=days_ago))) * DAY + hour * HOUR + minute * MINUTE + 11 * SECOND


def planted_sessions(world: World) -> list[Action]:
    """Whoever is in two of them is so on different days."""
    return [
        *_set_up(world),
        *_edit_at_night(world),
        *_mass_deletion(world),
        *_joins_administrators(world),
        *_secret_in_an_edit(world),
        *_former_id(world),
    ]


def _set_up(world: World) -> list[Action]:
    """After a connection is created: tables are selected and a colleague gets access."""
    at = world.position(NEVER_SYNCED)
    if at is None:
        return []
    created, person, table = world.connections[at].signed_up, at % 4, world.connections[at].tables[0]
    selected = {"connectorId": world.connections[at].id, "properties": {"ENABLED": [f"{table.schema}.{table.name}"]}}
    access = {
        "action": "CREATE",
        "interaction_method": "WEB_UI",
        "primary_resource_type": "CONNECTION",
        "primary_resource_id": world.connections[at].id,
        "secondary_resource_type": "USER",
        "secondary_resource_id": world.people[HELPED].id,
        "old_values": {},
        "new_values": {"role": "Edit Connection"},
    }
    return [
        Action(created + 4 * MINUTE, person, at, "change_schema_config", selected, None, story="set up in one go"),
        Action(created + 9 * MINUTE, person, at, None, {}, access, story="set up in one go"),
    ]


def _edit_at_night(world: World) -> list[Action]:
    """At 03:20, by somebody who works by day."""
    at = world.position(NIGHTLY_EDITED)
    if at is None:
        return []
    minutes = world.connections[at].frequency
    old, new = {"sync_frequency": 4 * minutes}, {"sync_frequency": minutes}
    details = {"properties": new, "oldProperties": old}
    trail = on_connection(world, at, "EDIT", old, new)
    time = at_clock(world, NIGHT_EDIT_DAYS_AGO, 3, 20)
    return [Action(time, NIGHT_EDITOR, at, "edit_{c}", details, trail, story="changed at night")]


def _mass_deletion(world: World) -> list[Action]:
    """Trial connections that the source never listed, deleted within minutes."""
    out = []
    for number in range(DELETED_AT_ONCE):
        identity = connection_id(f"trial of the sales team {number}")
        trail = {
            "action": "DELETE",
            "interaction_method": "WEB_UI",
            "primary_resource_type": "DESTINATION",
            "primary_resource_id": DEV,
            "secondary_resource_type": "CONNECTION",
            "secondary_resource_id": identity,
            "old_values": {"schema": f"trial_{number}"},
            "new_values": {},
        }
        time = at_clock(world, DELETION_DAYS_AGO, 14, number)
        out.append(Action(time, DELETING, -1, "delete_{c}", {"id": identity}, trail, story="deleted at once"))
    return out


def _joins_administrators(world: World) -> list[Action]:
    """Nobody edits the user's role: the team has it."""
    trail = {
        "action": "CREATE",
        "interaction_method": "WEB_UI",
        "primary_resource_type": "TEAM",
        "primary_resource_id": "team_administrators",
        "secondary_resource_type": "USER",
        "secondary_resource_id": world.people[JOINED].id,
        "old_values": {},
        "new_values": {"role": "Team Member"},
    }
    return [Action(joined_at(world), 0, -1, None, {}, trail, story="joined administrators")]


def joined_at(world: World) -> int:
    return at_clock(world, JOINED_DAYS_AGO, 11, 30)


def _secret_in_an_edit(world: World) -> list[Action]:
    """A password that Fivetran did not mask, because it is in an address."""
    at = world.position("app_db")
    if at is None:
        return []
    address = f"postgres://fivetran:{LEAKED_SECRET}@app-db.db.internal.example.com/app"
    new = {"connection_uri": address, "options": {"nested": [{"name": "password", "value": LEAKED_SECRET}]}}
    trail = on_connection(world, at, "EDIT", {}, new, "API")
    details = {"properties": new}
    return [Action(at_clock(world, 26, 15), 3, at, "edit_{c}", details, trail, story="a secret in an edit")]


def _former_id(world: World) -> list[Action]:
    """By the id that a person had before they were invited again."""
    trail = on_account("EDIT", "DESTINATION", DEV, {"time_zone_offset": "0"}, {"time_zone_offset": "2"})
    time = at_clock(world, FORMER_DAYS_AGO, 13)
    return [Action(time, INVITED_TWICE, -1, None, {}, trail, story="by a former id")]
