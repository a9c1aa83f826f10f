"""fct_fivetran_user_activity: one row per action; where trail and log tell of the same, the trail's stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..actions import gone_actor, in_log, message_event, night_admin_time
from ..cast import NEVER_SYNCED
from ..clock import DAY, HOUR, MINUTE, SECOND, iso
from ..model import Action
from ..sessions import DELETED_AT_ONCE, DELETING, HELPED, LEAKED_SECRET
from ..world import World
from .thresholds import FIRST_TIME_DAYS, HABIT_DAYS, MASS_DELETIONS, SESSION_MINUTES, UNUSUAL_SHARE, USUAL_HOURS


def user_activity(world: World) -> dict[str, Any]:
    """Actions by source, kind and person."""
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
        "secrets": [LEAKED_SECRET],
        **_conduct(world),
    }


def _by_user(world: World, actions: list[Action]) -> dict[str, int]:
    out: dict[str, int] = {}
    for action in actions:
        if action.actor is not None:
            user = gone_actor() if action.actor < 0 else world.people[action.actor].id
            out[user] = out.get(user, 0) + 1
    return dict(sorted(out.items()))


@dataclass(frozen=True)
class Deed:
    """An action as the marts have it: once, at the time of its source."""

    time: int
    person: str | None
    by: str  # user, api, fivetran
    kind: tuple[str, str]  # category and type
    story: str


VERBS = {"change": ("schema_configuration", "schema_config"), "resync": ("sync_control", "resync")}
NOUNS = {"USER": "access_control", "TEAM": "access_control", "CONNECTION": "connection", "DESTINATION": "destination"}
EVENTS = {
    "sync_now": ("sync_control", "sync"),
    "sync_connection": ("sync_control", "sync"),
    "connection_failure": ("connection_test", "test"),
    "generate_api_secret": ("access_control", "generate_api_secret"),
    "edit_account": ("account", "edit"),
    "create_team": ("access_control", "create"),
}


def _deeds(world: World) -> list[Deed]:
    """Everything that was done, by time; what trail and log tell of is at the trail's time."""
    out = []
    for action in world.actions:
        in_trail = action.trail is not None and world.plan == "enterprise"
        if not in_trail and not in_log(world, action):
            continue
        if action.actor is None:
            person, by = None, "fivetran"
        else:
            person = gone_actor() if action.actor < 0 else world.people[action.actor].email
            by = "api" if in_trail and action.trail["interaction_method"] == "API" else "user"
        out.append(
            Deed(
                action.time if in_trail else action.time + 2 * SECOND,
                person,
                by,
                _kind_in_trail(action.trail) if in_trail else _kind_in_log(action.event),
                action.story,
            )
        )
    return sorted(out, key=lambda deed: deed.time)


def _kind_in_trail(trail: dict[str, Any]) -> tuple[str, str]:
    verb = trail["action"].lower()
    if {*trail["old_values"], *trail["new_values"]} == {"paused"} and verb == "edit":
        verb = "pause" if trail["new_values"]["paused"] else "resume"
    return NOUNS[trail["secondary_resource_type"]], verb


def _kind_in_log(event: str) -> tuple[str, str]:
    verb = event.split("_")[0]
    return EVENTS.get(event) or VERBS.get(verb) or ("connection", verb)


def _conduct(world: World) -> dict[str, Any]:
    """What is unlike the person who did it, and sessions: by the times of the actions."""
    deeds = _deeds(world)
    first, seen = deeds[0].time if deeds else 0, set()
    unusual, judged, first_times, sessions = [], 0, [], {}
    for number, deed in enumerate(deeds):
        own = [one for one in deeds[:number] if one.person == deed.person and one.by == "user"]
        before = [one for one in own if one.time // DAY < deed.time // DAY]
        if deed.by == "user" and len({one.time // DAY for one in before}) >= HABIT_DAYS:
            apart = [abs(one.time // HOUR % 24 - deed.time // HOUR % 24) for one in before]
            near = sum(min(hours, 24 - hours) <= USUAL_HOURS for hours in apart)
            judged += 1
            if near <= UNUSUAL_SHARE * len(before):
                unusual.append(iso(deed.time))
        if deed.person is not None:
            if (deed.person, deed.kind) not in seen and deed.time - first >= FIRST_TIME_DAYS * DAY:
                first_times.append(iso(deed.time))
            seen.add((deed.person, deed.kind))
        if deed.by != "fivetran":
            session = sessions.setdefault((deed.person, deed.by), [])
            if not session or deed.time - session[-1][-1].time > SESSION_MINUTES * MINUTE:
                session.append([])
            session[-1].append(deed)
    every = [session for of_one in sessions.values() for session in of_one]
    mass = [deed for session in every for deed in _deletions(session)]
    admins = {"admin at night", "joined administrators"}
    return {
        "sessions": len(every),
        "hours_judged": judged,
        "unusual_hours": unusual,
        "first_times": first_times,
        "new_admins": [iso(deed.time) for deed in deeds if deed.story in admins],
        "mass_deletions": sorted(iso(deed.time) for deed in mass),
        "stories": _stories(world, deeds),
    }


def _deletions(session: list[Deed]) -> list[Deed]:
    """Each is of another thing in this account."""
    deletions = [deed for deed in session if deed.kind[1] == "delete"]
    return deletions if len(deletions) >= MASS_DELETIONS else []


def _stories(world: World, deeds: list[Deed]) -> list[dict[str, str]]:
    """The planted sessions, by the time of one of their actions."""
    times = {deed.story: iso(deed.time) for deed in deeds}
    out = []
    at = world.position(NEVER_SYNCED)
    if "set up in one go" in times and at is not None:
        who = world.people[at % 4]
        connection = f"connection {world.connections[at].name}"
        parts = f"created {connection}"
        if world.plan == "enterprise":
            access = f"granted access to user {world.people[HELPED].email}"
            parts += f", selected tables of {connection} and {access}"
        else:
            parts += f" and selected tables of {connection}"
        out.append({"at": times["set up in one go"], "story": f"{who.given_name} {who.family_name} {parts}."})
    if "deleted at once" in times:
        who = world.people[DELETING]
        story = f"{who.given_name} {who.family_name} deleted {DELETED_AT_ONCE} connections."
        out.append({"at": times["deleted at once"], "story": story})
    return out
