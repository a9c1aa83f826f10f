"""What the marts that count by day must say."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from ..actions import DELETED_AFTER
from ..clock import DAY, day_of, iso_date
from ..model import SEVERE
from ..world import World
from .facts import Facts, single_calls
from .thresholds import REPORT_DAYS


def days(world: World, known: Facts, count: int = REPORT_DAYS) -> list[dict[str, Any]]:
    """fct_fivetran_executive_dashboard: the counts of each of the last days."""
    today = int(day_of(world.window.as_of))
    day = day_of(known.moment)
    severe = Counter(int(day_of(one.time)) for one in known.issues if one.severity == SEVERE and not one.is_echo)
    total = Counter(day.tolist())
    good = Counter(day[known.status == "successful"].tolist())
    bad = Counter(day[known.status == "failed"].tolist())
    rows: dict[int, int] = defaultdict(int)
    for number, amount in zip(day.tolist(), known.rows.sum(axis=1).tolist(), strict=True):
        rows[number] += amount

    def living(number: int) -> int:
        end = min((number + 1) * DAY - 1, world.window.as_of)
        return sum(
            one.signed_up <= end and not (one.deleted and one.last + DELETED_AFTER <= end) for one in world.connections
        )

    return [
        {
            "report_date": iso_date(number * DAY),
            "total_connectors": living(number),
            "total_syncs": total[number],
            "successful_syncs": good[number],
            "failed_syncs": bad[number],
            "rows_synced": rows[number],
            "total_errors": severe[number],
        }
        for number in range(today - count + 1, today + 1)
    ]


def daily_api_usage(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_daily_api_usage by the day of each event, of each sync those that count; of the cast only."""
    queries = world.queries
    owner = world.syncs.connection[queries.sync]
    bulk = np.array([connection.bulk for connection in world.connections])
    keep = ~bulk[owner] & ((queries.kind != 0) == known.counts_single_calls[queries.sync])
    keys = np.stack([owner[keep], day_of(queries.time[keep])], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    calls = np.zeros(len(unique), dtype=np.int64)
    np.add.at(calls, inverse.reshape(-1), queries.queries[keep])
    totals = {tuple(key): amount for key, amount in zip(unique.tolist(), calls.tolist(), strict=True)}
    for row in single_calls(world):
        if not known.counts_single_calls[row.sync]:
            continue
        key = row.connection, int(day_of(row.time))
        totals[key] = totals.get(key, 0) + 1
    return [
        {"connection_id": world.connections[number].id, "activity_date": iso_date(day * DAY), "api_calls": amount}
        for (number, day), amount in sorted(totals.items())
    ]
