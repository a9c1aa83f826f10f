"""The sections of truth.json.

truth.json holds

* `as_of`, `plan`, `names`, `seed`, `days`, `log_rows`, `source_rows` {table: rows}
* `planted`: list of {name, story, mart, where {column: value}, values {column: value}} (exactly one row matches) or
  {name, story, mart, where, rows} (so many rows match). A null in either means that the column is null. Timestamps are
  ISO text without zone (UTC), rates floats.
* `connections`: fct_fivetran_connector_health by connection; `is_delayed` and, of bulk connections,
  `health_status` are null where this does not work them out; a score is 'unknown' where an edge decides it.
* `mar`, `cost`, `days`, `incidents`, `waves`, `daily_api_usage`, `transformation_runs`: what the function of that name
  says.
* `price_curve`, `prices`, `charges`, `credits`: what the function of that name says; `discount_factor`: what a bill is
  of its list price, except for adjustments and a fixed price.
* `syncs_sample`: rows of fct_fivetran_sync_performance, found by connection_id and sync_started_at;
  `baseline_duration_seconds` is 'unknown' where the edge of its window decides.
* `recommendations`: rule code to the ids of all connections that it finds, for the rules about set-up, tables and use.
* `access`: rows of fct_fivetran_access_control, as lists of its `columns`.
* `sync_totals`, `table_syncs_sample`, `issues`, `schema_changes`, `user_activity`.
"""

from __future__ import annotations

from typing import Any

from ..billing import DISCOUNT_FACTOR
from ..usage import Usage
from ..world import World
from . import access, activity, advice, days, health, issues, schema_changes, syncs, usage
from .facts import facts
from .planted import planted
from .scores import add_scores


def billing(world: World, drawn: Usage) -> dict[str, Any]:
    """What was paid, for what, and by which price list."""
    return {
        "price_curve": usage.price_curve(drawn),
        "discount_factor": float(DISCOUNT_FACTOR),
        "prices": usage.prices(world, drawn),
        "charges": usage.charges(world, drawn),
        "credits": usage.credits(drawn),
        "cost": usage.cost(world, drawn),
    }


def sections(world: World, usage_drawn: Usage, runs: list[dict]) -> dict[str, Any]:
    """Everything truth.json says about the marts."""
    known = facts(world)
    connections = health.connections(world, known)
    add_scores(world, known, connections)
    sample = syncs.telling_syncs(world, known)
    active = usage.mar(world, usage_drawn)
    return {
        "planted": planted(world, known, {row["connection_id"]: row for row in connections}, active),
        "connections": connections,
        "days": days.days(world, known),
        "incidents": health.incidents(world, known),
        "waves": health.waves(world, known),
        "sync_totals": syncs.sync_totals(world, known),
        "syncs_sample": [syncs.sync_row(world, known, at) for at in sample],
        "table_syncs_sample": syncs.table_syncs(world, sample),
        "issues": issues.issue_counts(world, known),
        "schema_changes": schema_changes.schema_changes(world),
        "user_activity": activity.user_activity(world),
        "access": access.access(world),
        "recommendations": advice.recommendations(world, known, usage_drawn),
        "transformation_runs": usage.transformation_runs(runs),
        **billing(world, usage_drawn),
        "daily_api_usage": days.daily_api_usage(world, known),
        "mar": active,
    }


def usage_sections(world: World, drawn: Usage, runs: list[dict]) -> dict[str, Any]:
    """What an account without a log has: rows, money and model runs."""
    return {
        "mar": usage.mar(world, drawn),
        **billing(world, drawn),
        "transformation_runs": usage.transformation_runs(runs),
    }
