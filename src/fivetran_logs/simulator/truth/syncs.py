"""fct_fivetran_sync_performance and fct_fivetran_table_syncs, of the syncs that tell most."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..clock import DAY, NEVER, SECOND, iso, iso_date
from ..model import CUT
from ..world import World
from .facts import Facts
from .thresholds import BASELINE_DAYS


def sync_totals(world: World, known: Facts) -> dict[str, Any]:
    return {
        "by_status": dict(sorted(Counter(known.status.tolist()).items())),
        "rows_replaced_or_inserted": int(known.rows[:, 0].sum()),
        "rows_updated": int(known.rows[:, 1].sum()),
        "rows_deleted": int(known.rows[:, 2].sum()),
        "rows_synced": int(known.rows.sum()),
        "api_calls": int(known.calls.sum()),
        "errors": int(known.errors.sum()),
        "warnings": int(known.warnings.sum()),
    }


def sync_row(world: World, known: Facts, at: int) -> dict[str, Any]:
    """fct_fivetran_sync_performance of one sync, all that is known."""
    syncs = world.syncs
    number, end = int(syncs.connection[at]), int(syncs.end[at])
    connection = world.connections[number]
    ended = end != NEVER
    duration = (end - int(syncs.start[at])) / SECOND if ended else None
    stats = bool(syncs.has_stats[at]) and world.names != "oldest"
    failure = world.failures[syncs.text[at]] if syncs.text[at] >= 0 and ended else None
    rows = known.rows[at]
    stages = {"extract": syncs.extract[at], "process": syncs.process[at], "load": syncs.load[at]}
    row = {
        "sync_id": world.sync_ids[at].as_py() if world.has_sync_ids else None,
        "connection_id": connection.id,
        "connection_name": connection.name,
        "destination_id": connection.destination,
        "sync_started_at": iso(int(syncs.start[at])),
        "sync_completed_at": iso(end) if ended else None,
        "sync_date": iso_date(int(known.moment[at])),
        "sync_status": str(known.status[at]),
        "sync_duration_seconds": duration,
        "extract_seconds": int(syncs.extract[at]) / SECOND if stats else None,
        "process_seconds": int(syncs.process[at]) / SECOND if stats else None,
        "load_seconds": int(syncs.load[at]) / SECOND if stats else None,
        "extract_volume_mb": int(syncs.extract_kb[at]) / 1000 if stats else None,
        "process_volume_mb": int(syncs.process_kb[at]) / 1000 if stats else None,
        "load_volume_mb": int(syncs.load_kb[at]) / 1000 if stats else None,
        "slowest_stage": max(stages, key=lambda name: int(stages[name])) if stats else None,
        "rows_replaced_or_inserted": int(rows[0]),
        "rows_updated": int(rows[1]),
        "rows_deleted": int(rows[2]),
        "rows_synced": int(rows.sum()),
        "tables_synced": int(known.tables[at]),
        "api_calls": int(known.calls[at]),
        "rows_extracted": int(known.extracted[at]) if known.extracted[at] >= 0 else None,
        "warnings": int(known.warnings[at]),
        "errors": int(known.errors[at]),
        "baseline_duration_seconds": baseline(world, known, at),
    }
    if failure is not None and syncs.end_damage[at] == 0:
        row["failure_reason"] = failure.reason
        row["failure_task_type"] = failure.task
    return row


def baseline(world: World, known: Facts, at: int) -> float | str | None:
    """Median duration of the connection's successful syncs in the 30 days before; 'unknown' where edges decide."""
    syncs, span = world.syncs, BASELINE_DAYS * DAY
    mine = world.syncs_of(int(syncs.connection[at]))
    good = mine[known.status[mine] == "successful"]
    good = good[good != at]
    end, start = syncs.end[good], int(syncs.start[at])
    moment = int(known.moment[at])
    readings = []
    for upper in (start, moment):
        for column in (syncs.end[good], syncs.start[good]):
            inside = (column < upper) & (column >= upper - span) & (end <= moment)
            lengths = (end - syncs.start[good])[inside]
            readings.append(float(np.median(lengths)) / SECOND if len(lengths) else None)
    return readings[0] if len(set(readings)) == 1 else "unknown"


def telling_syncs(world: World, known: Facts) -> list[int]:
    """Two syncs of every connection of the cast, one of each unusual kind, and every damaged one."""
    syncs, writes = world.syncs, world.writes
    chosen: set[int] = set()
    for number, connection in enumerate(world.connections):
        if connection.bulk:
            continue
        mine = world.syncs_of(number)
        if not len(mine):
            continue
        chosen.update(int(mine[at]) for at in (len(mine) // 2, -1))
        for status in ("failed", "rescheduled", "canceled", "incomplete", "running"):
            some = mine[known.status[mine] == status]
            if len(some):
                chosen.add(int(some[-1]))
    chosen.update(np.flatnonzero(syncs.end_damage)[:10].tolist())
    chosen.update(np.flatnonzero(syncs.two_stats)[:4].tolist())
    chosen.update(writes.sync[writes.damage > 0][:10].tolist())
    chosen.update(
        np.flatnonzero((syncs.end != NEVER) & (syncs.end // 86_400_000 > syncs.start // 86_400_000))[:4].tolist()
    )
    chosen.update(world.odd_syncs)
    return sorted(chosen)


def table_syncs(world: World, sample: list[int]) -> list[dict[str, Any]]:
    """fct_fivetran_table_syncs of the sampled syncs."""
    writes, syncs = world.writes, world.syncs
    out = []
    for at in sample:
        low, high = np.searchsorted(writes.sync, [at, at + 1])
        for number in range(low, high):
            table = world.tables[writes.table[number]]
            rows = writes.rows[number].copy()
            if writes.damage[number] == CUT:
                rows[1] = 0
            end = int(writes.end[number])
            out.append(
                {
                    "connection_id": world.connections[syncs.connection[at]].id,
                    "sync_id": world.sync_ids[at].as_py() if world.has_sync_ids else None,
                    "sync_started_at": iso(int(syncs.start[at])),
                    "schema_name": table.schema,
                    "table_name": table.name,
                    "write_started_at": iso(int(writes.start[number])),
                    "write_completed_at": iso(end),
                    "rows_replaced_or_inserted": int(rows[0]),
                    "rows_updated": int(rows[1]),
                    "rows_deleted": int(rows[2]),
                    "rows_synced": int(rows.sum()),
                }
            )
            if writes.rows[number].sum() == 0:  # no record names its schema
                out[-1]["schema_name"] = None
    return out
