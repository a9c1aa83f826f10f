"""The log of older accounts: kinds of event that newer accounts no longer have."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from .clock import SECOND, to_ms
from .messages import record
from .model import INFO, LogRow
from .world import World


def older_queries(world: World) -> None:
    """Databases said sql_query before the last days of February 2026; the oldest accounts have no extract_summary."""
    queries = world.queries
    owner = world.syncs.connection[queries.sync]
    database = np.array([c.type_id.endswith("_rds") or c.type_id == "mongo" for c in world.connections])[owner]
    if world.names == "oldest":
        older = np.ones(len(owner), dtype=bool)
    elif world.names == "connector":
        older = database
    else:
        older = database & (queries.time < to_ms(datetime(2026, 2, 24)))
    queries.kind[older] = np.where(database[older], 2, 1)
    queries.queries[older] = 1
    queries.rows[older] = 0


def status_events(world: World) -> list[LogRow]:
    """`status` of old: JSON or plain text."""
    out: list[LogRow] = []
    at = world.position("shop_de")
    if at is None or world.names != "oldest":
        return out
    for days in (3, 9, 15):
        time = world.window.ago(days=days, hours=2)
        if time > world.window.start:
            out.append(LogRow(time, at, -1, "status", INFO, "says status but is no json at all"))
            out.append(LogRow(time + SECOND, at, -1, "status", INFO, record(status="SUCCESSFUL", reason="")))
    return out
