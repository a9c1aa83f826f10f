"""The health scores of docs/definitions.md, worked out a second time, with the thresholds' defaults."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..clock import DAY, NEVER, SECOND, iso
from ..world import World
from .facts import Facts
from .schema_changes import change_times, is_caused, planted_changes
from .thresholds import (
    BASELINE_DAYS,
    CHANGE_PENALTY,
    DEGRADED_SCORE,
    DELAY_MINIMUM_HOURS,
    DELAY_MULTIPLE,
    INCIDENT_PENALTY,
    RATIO_BAD,
    RATIO_GOOD,
    SLACK_HOURS,
    WEIGHTS,
    ZERO_MULTIPLE,
)

MORE_HOURS = 2  # the freshness score falls over at least so long
BREAKING = ("dropped", "renamed", "type_changed")  # no planted type change widens
UNSURE = "unknown"


def add_scores(world: World, known: Facts, rows: list[dict[str, Any]]) -> None:
    """Fills schema_changes_last_30d, the scores, and the health_status that they decide; 'unknown' near an edge."""
    as_of = world.window.as_of
    changes: dict[str, int] = {}
    for connection, time in change_times(world):
        if as_of - 30 * DAY < time <= as_of:
            changes[connection] = changes.get(connection, 0) + 1
    month_ago = iso(as_of - 30 * DAY)
    planted = planted_changes(world)
    breaking = Counter(
        change["connection_id"]
        for change in planted
        if change["change_type"] in BREAKING
        and not is_caused(change, planted)
        and month_ago < change["change_detected_at"] <= iso(as_of)
    )
    for number, (connection, row) in enumerate(zip(world.connections, rows, strict=True)):
        row["schema_changes_last_30d"] = changes.get(connection.id, 0)
        if connection.bulk:
            continue
        if row["health_status"] in ("deleted", "paused", "never_synced"):
            row.update(dict.fromkeys([*WEIGHTS, "health_score"]))
            continue
        at = world.syncs_of(number)
        at = at[np.argsort(known.moment[at], kind="stable")]
        scores = {
            "reliability_score": _reliability(row),
            "freshness_score": _freshness(connection, row),
            "stability_score": _stability(row, breaking[connection.id], known.moment[at], known.status[at], as_of),
            "performance_score": _performance(world, known, at),
        }
        row.update(scores)
        if UNSURE in scores.values():
            row["health_score"] = UNSURE
            continue
        there = {name: score for name, score in scores.items() if score is not None}
        weight = sum(WEIGHTS[name] for name in there)
        row["health_score"] = sum(WEIGHTS[name] * score for name, score in there.items()) / weight if weight else None
        if row["health_status"] is None and row["health_score"] is not None:
            row["health_status"] = "degraded" if row["health_score"] < DEGRADED_SCORE else "healthy"


def _reliability(row: dict[str, Any]) -> float | None:
    rate = row["success_rate_last_7d"]
    rate = row["success_rate_last_30d"] if rate is None else rate
    return None if rate is None else 100 * rate


def _freshness(connection, row: dict[str, Any]) -> float | str | None:
    hours = row["hours_since_last_success"]
    if hours is None or not connection.tells_frequency:
        return UNSURE  # neither case is spelled out
    frequency = connection.frequency / 60
    full = frequency + SLACK_HOURS
    zero = max(ZERO_MULTIPLE * max(DELAY_MULTIPLE * frequency, DELAY_MINIMUM_HOURS), full + MORE_HOURS)
    return float(np.clip(100 * (zero - hours) / (zero - full), 0, 100))


def _stability(row: dict[str, Any], breaking: int, moment: np.ndarray, status: np.ndarray, as_of: int) -> float | None:
    if row["success_rate_last_30d"] is None:
        return None
    outcome = (status == "failed") | (status == "successful")
    failed, moment = status[outcome] == "failed", moment[outcome]
    begins = failed & ~np.concatenate([[False], failed[:-1]])
    runs = int((begins & (moment > as_of - 30 * DAY)).sum())
    return float(max(100 - INCIDENT_PENALTY * runs - CHANGE_PENALTY * breaking, 0))


def _performance(world: World, known: Facts, at: np.ndarray) -> float | str | None:
    """'unknown' where it matters whether a window is meant from the start or from the end of a sync."""
    good = at[known.status[at] == "successful"]
    start, end = world.syncs.start[good], world.syncs.end[good]
    assert (end != NEVER).all()
    length = (end - start) / SECOND
    readings = []
    for edge, column in ((start, end), (end, end), (start, start), (end, start)):
        ratios = []
        for number in np.flatnonzero(end > world.window.as_of - 7 * DAY):
            inside = (column < edge[number]) & (column >= edge[number] - BASELINE_DAYS * DAY)
            inside[number] = False
            if inside.any():
                ratios.append(length[number] / float(np.median(length[inside])))
        mean = float(np.mean(ratios)) if ratios else None
        score = None if mean is None else 100 * (RATIO_BAD - mean) / (RATIO_BAD - RATIO_GOOD)
        readings.append(None if score is None else float(np.clip(score, 0, 100)))
    if None in readings:
        return None if set(readings) == {None} else UNSURE
    return readings[0] if max(readings) - min(readings) < 1e-9 else UNSURE
