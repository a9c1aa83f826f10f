"""The log of a Connector SDK connection."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .clock import NEVER, SECOND, timestamps
from .messages import fill
from .model import SEVERE, WARNING, Issue
from .text import base64_ids
from .world import World


def sdk_log(world: World) -> tuple[pa.Table, list[Issue]]:
    """connector_sdk_log of the one Connector SDK connection; its WARNING, SEVERE and ERROR records are issues."""
    at = world.position("fleet_tracker")
    rng, rows = world.rng("sdk"), []
    issues: list[Issue] = []
    for sync in world.syncs_of(at) if at is not None else []:
        start, end = int(world.syncs.start[sync]), int(world.syncs.end[sync])
        if end == NEVER:
            continue
        level = str(
            rng.choice(
                ["INFO", "INFO", "INFO", "INFO", "WARNING", "SEVERE", "ERROR"],
                p=[0.3, 0.3, 0.2, 0.13, 0.04, 0.02, 0.01],
            )
        )
        message = {
            "INFO": "Upserted {n} rows into 'tracking_events'",
            "WARNING": "Page {m} came back empty, retrying",
            "SEVERE": "Unhandled exception in update(): KeyError 'carrier_{m}'",
            "ERROR": "HTTP 503 from https://fleet.example.com/v1/events?page={m}",
        }[level]
        rows.append((start + SECOND, sync, "INFO", "Starting update()", "CONNECTOR_SDK"))
        rows.append(((start + end) // 2, sync, level, fill(message, rng, start), "CONNECTOR_CODE"))
        rows.append((end - 60, sync, "INFO", "Checkpoint reached", "CONNECTOR_SDK"))
        if level != "INFO":
            severity = WARNING if level == "WARNING" else SEVERE
            issues.append(
                Issue(
                    (start + end) // 2,
                    at,
                    int(sync),
                    severity,
                    "sdk",
                    "connector_sdk_log",
                    "sdk " + level,
                    None,
                    rows[-2][3],
                    "connector_sdk",
                )
            )
    time = np.array([row[0] for row in rows], dtype=np.int64)
    count = len(rows)
    table = pa.table(
        {
            "event_time": timestamps(time),
            "id": base64_ids(rng, count),
            "connection_id": pa.array([world.connections[at].id] * count if count else [], type=pa.string()),
            "level": pa.array([row[2] for row in rows], type=pa.string()),
            "message": pa.array([row[3] for row in rows], type=pa.string()),
            "message_origin": pa.array([row[4] for row in rows], type=pa.string()),
            "sync_id": world.sync_ids.take(pa.array(np.array([row[1] for row in rows], dtype=np.int64))),
            "_fivetran_synced": timestamps(world.arrival(time)),
        }
    )
    return table, issues
