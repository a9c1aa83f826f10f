"""fct_fivetran_user_activity: one row per action; where trail and log tell of the same, the trail's stays."""

from __future__ import annotations

from typing import Any

from ..actions import gone_actor, in_log, message_event, night_admin_time
from ..clock import iso
from ..model import Action
from ..world import World


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
    }


def _by_user(world: World, actions: list[Action]) -> dict[str, int]:
    out: dict[str, int] = {}
    for action in actions:
        if action.actor is not None:
            user = gone_actor() if action.actor < 0 else world.people[action.actor].id
            out[user] = out.get(user, 0) + 1
    return dict(sorted(out.items()))
