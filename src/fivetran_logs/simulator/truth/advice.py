"""The connections that each rule about set-up, tables and use must find: these, and no other of the account."""

from __future__ import annotations

import numpy as np

from ..cast import DEPARTED, DRIFTING, HISTORY_MODE, KEEPS_DELETED, KEYLESS, ORIGINAL, OVERSIZED, TWIN
from ..clock import DAY, day_of, month_start
from ..dbt_project import UNREAD
from ..model import DELETED, UPDATED
from ..usage import FREE_TYPES, JOBS, Usage
from ..world import World
from .facts import Facts
from .thresholds import CHANGED_ROWS, PAID_ROWS, SYNCS_PER_RUN, TRIAL_ROWS


def recommendations(world: World, known: Facts, usage: Usage) -> dict[str, list[str]]:
    """Rule code to the ids of its connections, ascending."""
    enterprise = world.plan == "enterprise"
    found = {
        "departed_user": {DEPARTED},
        "schema_drift": {DRIFTING},
        "oversized_values": {OVERSIZED},
        "duplicate_source": {TWIN} if world.window.start < _signed_up(world, ORIGINAL) else set(),
        "paid_resyncs": _resynced(world, usage),
        "unread_tables": _unread(world, usage, "PAID", PAID_ROWS),
        "unused_trial_tables": _unread(world, usage, "CONNECTOR_TRIAL", TRIAL_ROWS),
        "synced_more_than_used": _seldom_used(world, known),
        "keyless_tables": {KEYLESS} if enterprise and _paid(world, usage, KEYLESS) >= PAID_ROWS else set(),
        "history_mode": {name for name in HISTORY_MODE if enterprise and _changed(world, name, UPDATED)},
        "soft_deleted_rows": {name for name in KEEPS_DELETED if enterprise and _changed(world, name, DELETED)},
    }
    return {
        rule: sorted(world.connections[at].id for at in map(world.position, names) if at is not None)
        for rule, names in found.items()
    }


def _signed_up(world: World, name: str) -> int:
    at = world.position(name)
    return world.connections[at].signed_up if at is not None else 0


def _of_month(world: World, usage: Usage) -> np.ndarray:
    return (usage.day >= day_of(month_start(world.window.as_of))) & (usage.day <= day_of(world.window.as_of))


def _paid(world: World, usage: Usage, name: str) -> int:
    at = world.position(name)
    return int(usage.rows[_of_month(world, usage) & usage.is_paid() & (usage.connection == at)].sum())


def _resynced(world: World, usage: Usage) -> set[str]:
    again = _of_month(world, usage) & usage.is_historical(world) & usage.is_paid()
    return {
        connection.name
        for at, connection in enumerate(world.connections)
        if usage.rows[again & (usage.connection == at)].sum() >= PAID_ROWS
    }


def _unread(world: World, usage: Usage, free_type: str, least: int) -> set[str]:
    month, names = _of_month(world, usage), set()
    for number, table in enumerate(world.tables):
        connection = world.connections[world.table_connection[number]]
        if (connection.name, table.name) in UNREAD:
            mine = usage.rows[month & (usage.table == number) & (usage.free_type == FREE_TYPES.index(free_type))]
            if mine.sum() >= least:
                names.add(connection.name)
    return names


def _changed(world: World, name: str, kind: int) -> bool:
    """Whether many rows of its tables with columns of Fivetran's own were updated, or deleted, in the last 30 days."""
    at = world.position(name)
    if at is None:
        return False
    writes = world.writes
    table = np.array([t.name in HISTORY_MODE.get(name, ()) or kind == DELETED for t in world.tables])
    recent = writes.start > world.window.as_of - 30 * DAY
    mine = recent & (world.table_connection[writes.table] == at) & table[writes.table]
    return int(writes.rows[mine, kind].sum()) >= CHANGED_ROWS


def _seldom_used(world: World, known: Facts) -> set[str]:
    """Of the connections that a job waits for, those with twelve syncs for each of the week's seven runs."""
    names = set()
    for job in JOBS if world.names != "oldest" else ():
        at = world.position(job.source)
        if at is not None:
            mine = world.syncs_of(at)
            recent = mine[world.syncs.end[mine] > world.window.as_of - 7 * DAY]
            if sum(known.status[sync] == "successful" for sync in recent) >= SYNCS_PER_RUN * 7:
                names.add(job.source)
    return names
