"""What a real log has and a naive reader trips over, planted one by one; and the Connector SDK's own log."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa

from .clock import NEVER, SECOND, timestamps, to_ms
from .messages import fill, record
from .model import CUT, DOUBLE, FAILURE, INFO, SEVERE, SUCCESSFUL, WARNING, Issue, LogRow
from .text import base64_ids
from .world import World


def bend(world: World) -> None:
    """Changes to the drawn syncs themselves: damaged records, older kinds of event."""
    syncs, writes = world.syncs, world.writes
    at = world.position("app_db")
    if at is not None:
        good = [sync for sync in world.syncs_of(at) if syncs.status[sync] == SUCCESSFUL]
        first, last = np.searchsorted(writes.sync, good), np.searchsorted(writes.sync, good, side="right")
        many = [n for n in range(len(good)) if last[n] - first[n] >= 3 and writes.rows[first[n] : last[n], 1].min() > 0]
        # Far enough from each other, the newest within the last days.
        for kind, n in zip((CUT, DOUBLE, CUT, DOUBLE), many[-30:-2:7], strict=False):
            writes.damage[first[n] + 1] = kind
        plain = [sync for sync in good if syncs.start[sync] > world.window.ago(days=6)]
        if len(plain) > 60:
            syncs.end_damage[plain[40]] = CUT  # an INFO sync_end whose status is cut off: a success, as of old
            syncs.end_damage[plain[50]] = DOUBLE
            syncs.two_stats[plain[30]] = syncs.has_stats[plain[30]]
    at = world.position("facebook_ads")
    if at is not None:
        severe = [s for s in world.syncs_of(at) if syncs.status[s] == FAILURE and syncs.severity[s] == SEVERE]
        if severe:
            syncs.end_damage[severe[-1]] = CUT  # a SEVERE sync_end cut within its reason: failed all the same
    _older_queries(world)


def _older_queries(world: World) -> None:
    """Databases said sql_query before the last days of February 2026; the oldest accounts know no extract_summary."""
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


def plant(world: World) -> None:
    """Log rows of their own making."""
    _two_events_one_id(world)
    _huge_text(world)
    _strangers(world)
    if world.names == "oldest":
        _status_events(world)


def _two_events_one_id(world: World) -> None:
    """A warning and an api_call with the same id and time: two events."""
    at = world.position("salesforce")
    mine = [s for s in world.syncs_of(at) if world.syncs.status[s] == SUCCESSFUL] if at is not None else []
    if len(mine) < 12:
        return
    sync = int(mine[-8])
    time, shared = int(world.syncs.start[sync]) + 2 * SECOND, "c2hhcmVkLWlkLW9mLXR3by1ldmVudHM="
    world.rows.append(
        LogRow(time, at, sync, "api_call", INFO, record(method="GET", uri="https://api.example.com/v2/limits"), shared)
    )
    message = "Table 'user_setting_9' has been excluded by system. Reason: not queryable"
    data = record(type="table_excluded_by_system", message=message)
    world.rows.append(LogRow(time, at, sync, "warning", WARNING, data, shared))
    world.two_events = (sync, time)


def _huge_text(world: World) -> None:
    """An error text of some 60,000 characters, plain text that is no JSON, and an unknown kind of event."""
    at = world.position("zendesk")
    if at is None:
        return
    time = world.window.ago(days=2, hours=1)
    message = "Skipped record with a payload that is too long: " + "0123456789abcdef" * 3800
    data = record(type="record_too_long", message=message)
    world.issues.append(Issue(time, at, -1, WARNING, "warning", "record_too_long", "record_too_long", data, message))
    world.rows.append(
        LogRow(time + SECOND, at, -1, "json_value_too_long", INFO, "value cut after 16777216 bytes {not json")
    )
    world.rows.append(
        LogRow(time + 2 * SECOND, at, -1, "quantum_flux_realigned", INFO, record(flux=[1, {"deep": None}]))
    )


def _strangers(world: World) -> None:
    """A warning of a connection that `connection` does not know; and a sync with two ends: the last decides."""
    time = world.window.ago(days=4, hours=7)
    message = "Table 'ledger_7' has been excluded by system. Reason: not queryable"
    data = record(type="table_excluded_by_system", message=message)
    world.issues.append(
        Issue(time, world.stranger, -1, WARNING, "warning", "table_excluded_by_system", "stranger", data, message)
    )
    at = world.position("stripe_eu")
    good = [sync for sync in world.syncs_of(at) if world.syncs.status[sync] == SUCCESSFUL] if at is not None else []
    if len(good) > 5:
        sync = int(good[-5])
        time = int(world.syncs.start[sync]) + 3 * SECOND
        world.rows.append(
            LogRow(time, at, sync, "sync_end", INFO, record(status="RESCHEDULED", reason="Source busy, going on"))
        )
        world.two_ends = sync


def _status_events(world: World) -> None:
    """`status` of old: JSON or plain text."""
    at = world.position("shop_de")
    if at is None:
        return
    for days in (3, 9, 15):
        time = world.window.ago(days=days, hours=2)
        if time > world.window.start:
            world.rows.append(LogRow(time, at, -1, "status", INFO, "says status but is no json at all"))
            world.rows.append(LogRow(time + SECOND, at, -1, "status", INFO, record(status="SUCCESSFUL", reason="")))


def sdk_table(world: World) -> dict[str, pa.Table]:
    """connector_sdk_log of the one Connector SDK connection; its WARNING, SEVERE and ERROR records are issues."""
    at = world.position("fleet_tracker")
    rng, rows = world.rng("sdk"), []
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
            "WARNING": "Page {n} came back empty, retrying",
            "SEVERE": "Unhandled exception in update(): KeyError 'carrier_{m}'",
            "ERROR": "HTTP 503 from https://fleet.example.com/v1/events?page={n}",
        }[level]
        rows.append((start + SECOND, sync, "INFO", "Starting update()", "CONNECTOR_SDK"))
        rows.append(((start + end) // 2, sync, level, fill(message, rng, start), "CONNECTOR_CODE"))
        rows.append((end - 60, sync, "INFO", "Checkpoint reached", "CONNECTOR_SDK"))
        if level != "INFO":
            severity = WARNING if level == "WARNING" else SEVERE
            world.issues.append(
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
    return {
        "connector_sdk_log": pa.table(
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
    }
