"""fct_fivetran_connector_health, scores aside, and runs of failed syncs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ..account import PROD
from ..clock import DAY, HOUR, NEVER, SECOND, iso
from ..incidents import OUTAGE_DAYS_AGO, OUTAGE_HOURS, OUTAGE_HOURS_AGO
from ..model import SEVERE, WARNING
from ..world import World
from .facts import Facts, grouped
from .thresholds import DEGRADED_RATE, DELAY_DEFAULT_HOURS, DELAY_MINIMUM_HOURS, DELAY_MULTIPLE, FEWEST_OF_WAVE


def connections(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_connector_health, column by column."""
    as_of, syncs = world.window.as_of, world.syncs
    by_connection = grouped(syncs.connection, len(world.connections))
    told = defaultdict(list)
    for one in known.issues:
        told[one.connection].append(one)
    out = []
    for number, connection in enumerate(world.connections):
        at = by_connection[number]
        moment, status = known.moment[at], known.status[at]
        order = np.argsort(moment, kind="stable")
        at, moment, status = at[order], moment[order], status[order]
        good, bad = status == "successful", status == "failed"
        week, month = moment > as_of - 7 * DAY, moment > as_of - 30 * DAY
        ended = syncs.end[at] != NEVER
        duration = (syncs.end[at] - syncs.start[at])[ended & month] / SECOND
        last_good = int(moment[good][-1]) if good.any() else None
        latest = int(np.argmax(syncs.start[at])) if len(at) else None
        recent = [one for one in told[number] if one.time > as_of - 7 * DAY and not one.is_echo]
        row: dict[str, Any] = {
            "connection_id": connection.id,
            "connection_name": connection.name,
            "connector_type": connection.type_id,
            "destination_id": connection.destination,
            "is_paused": connection.paused,
            "is_deleted": connection.deleted,
            "set_up_at": iso(connection.signed_up),
            "sync_frequency_minutes": connection.frequency if connection.tells_frequency else None,
            "last_sync_id": world.sync_ids[int(at[latest])].as_py()
            if latest is not None and world.has_sync_ids
            else None,
            "last_sync_status": str(status[latest]) if latest is not None else None,
            "last_sync_at": iso(int(moment[latest])) if latest is not None else None,
            "last_successful_sync_at": iso(last_good),
            "last_failed_sync_at": iso(int(moment[bad][-1])) if bad.any() else None,
            "hours_since_last_success": (as_of - last_good) / HOUR if last_good is not None else None,
            "total_syncs": len(at),
            "successful_syncs": int(good.sum()),
            "failed_syncs": int(bad.sum()),
            "total_syncs_last_7d": int(week.sum()),
            "successful_syncs_last_7d": int((good & week).sum()),
            "failed_syncs_last_7d": int((bad & week).sum()),
            "success_rate_last_7d": _rate(good & week, bad & week),
            "success_rate_last_30d": _rate(good & month, bad & month),
            "consecutive_failures": _streak(status),
            "avg_sync_duration_seconds": float(duration.mean()) if len(duration) else None,
            "median_sync_duration_seconds": float(np.median(duration)) if len(duration) else None,
            "p95_sync_duration_seconds": float(np.percentile(duration, 95)) if len(duration) else None,
            "rows_synced_last_7d": int(known.rows[at][week].sum()),
            "errors_last_7d": sum(one.severity == SEVERE for one in recent),
            "warnings_last_7d": sum(one.severity == WARNING for one in recent),
        }
        row["is_delayed"] = _is_delayed(world, connection, last_good, syncs.start[at])
        row["health_status"] = _health(connection, row, status)
        row["story"] = connection.story
        out.append(row)
    return out


def incidents(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_incidents: the runs of failed syncs of each connection, and whether one is open."""
    out = []
    for number, at in enumerate(grouped(world.syncs.connection, len(world.connections))):
        at = at[np.argsort(known.moment[at], kind="stable")]
        at = at[(known.status[at] == "failed") | (known.status[at] == "successful")]
        failed = known.status[at] == "failed"
        if failed.any():
            begins = failed & ~np.concatenate([[False], failed[:-1]])
            out.append(
                {
                    "connection_id": world.connections[number].id,
                    "incidents": int(begins.sum()),
                    "failed_syncs": int(failed.sum()),
                    "is_open": bool(failed[-1]),
                    "runs": [_run(world, known, at, failed, int(first)) for first in np.flatnonzero(begins)],
                }
            )
    return out


def waves(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_waves: the one night when the warehouse of a destination was suspended, as far as the log has it."""
    begin = world.window.ago(days=OUTAGE_DAYS_AGO, hours=OUTAGE_HOURS_AGO)
    homes = {connection.id: connection.destination for connection in world.connections}
    members = [
        [row["connection_id"], run["started_at"], run["ended_at"]]
        for row in incidents(world, known)
        for run in row["runs"]
        if homes[row["connection_id"]] == PROD
        and iso(begin) <= run["started_at"] < iso(begin + int(OUTAGE_HOURS * HOUR))
    ]
    if len(members) < FEWEST_OF_WAVE:
        return []
    ends = [ended_at for *_, ended_at in members]
    return [
        {
            "scope_type": "destination",
            "scope_id": PROD,
            "error_category": "destination",
            "started_at": min(started_at for _, started_at, _ in members),
            "ended_at": None if None in ends else max(ends),
            "incidents": sorted(member[:2] for member in members),
        }
    ]


def _run(world: World, known: Facts, at: np.ndarray, failed: np.ndarray, first: int) -> dict[str, Any]:
    """The run of failures that begins at a place among the finished syncs of a connection."""
    good = np.flatnonzero(~failed[first:])
    after = first + int(good[0]) if len(good) else None
    return {
        "started_at": iso(int(world.syncs.start[at[first]])),
        "ended_at": iso(int(known.moment[at[after]])) if after is not None else None,
        "failed_syncs": (after if after is not None else len(at)) - first,
        "last_success_before_at": iso(int(known.moment[at[first - 1]])) if first else None,
    }


def _is_delayed(world: World, connection, last_good: int | None, starts: np.ndarray) -> bool | None:
    """None where the definition does not say: paused, deleted and never synced connections."""
    if connection.paused or connection.deleted or not len(starts):
        return None
    hours = max(connection.frequency / 60 * DELAY_MULTIPLE, DELAY_MINIMUM_HOURS)
    if not connection.tells_frequency:
        hours = DELAY_DEFAULT_HOURS
    since = last_good if last_good is not None else connection.signed_up
    return bool(world.window.as_of - since > hours * HOUR)


def _health(connection, row: dict[str, Any], status: np.ndarray) -> str | None:
    """health_status where the scores do not decide it, else None."""
    if connection.deleted:
        return "deleted"
    if connection.paused:
        return "paused"
    if not row["total_syncs"]:
        return "never_synced"
    outcome = status[(status == "successful") | (status == "failed")]
    if len(outcome) and outcome[-1] == "failed":
        return "broken"
    if row["is_delayed"]:
        return "delayed"
    rate = row["success_rate_last_7d"]
    return "degraded" if rate is not None and rate < DEGRADED_RATE else None


def _rate(good: np.ndarray, bad: np.ndarray) -> float | None:
    both = int(good.sum() + bad.sum())
    return float(good.sum() / both) if both else None


def _streak(status: np.ndarray) -> int:
    """Failed syncs since the last successful one; `status` by moment."""
    count = 0
    for name in status[::-1]:
        if name == "successful":
            break
        count += name == "failed"
    return count
