"""A small account in which the cause of every failure is known: for measuring what the marts make of it.

Forty connections of six types load into five destinations. `failures.py` lets changes break them, changes that break
nothing come just before failures, and outages hit many at once. `truth/causes.py` says what came of it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .actions import LOG_DELAY
from .clock import DAY, MINUTE, Window, timestamps, to_ms
from .failures import Change, Failures, Place
from .messages import fill, record
from .truth.causes import causes
from .writer import TRUTH, replacing, write_table, write_truth

AS_OF = datetime(2026, 6, 18, 14, 0)
ACCOUNT, ADDED = "small_account", "STRING"
TYPES = ("postgres", "mysql", "hubspot", "salesforce", "stripe", "google_sheets")
DESTINATIONS = {"north": 12, "south": 9, "east": 9, "west": 8, "small": 2}  # connections of each
SMALL = "small"
FREQUENCIES = (30, 60, 60, 180, 360, 1440)
USERS = ("ada", "ben", "chloe", "dev", "elif", "farid", "greta", "guest_1", "guest_2")
TIMES = ("time_stamp", "captured_at", "signed_up", "created_at", "_fivetran_synced")


def simulate_causes(directory: Path, *, seed: int, days: int = 45) -> None:
    """Writes the account and truth.json into `directory`, replacing an earlier one. Same arguments, same bytes."""
    rng = np.random.default_rng([seed, 21])
    as_of = to_ms(AS_OF)
    window = Window(as_of - days * DAY, as_of)
    failures = Failures(_places(window, rng), SMALL, window, rng)
    log, trail = _syncs(failures, rng), []
    for number, change in enumerate(sorted(failures.changes, key=lambda one: one.time)):
        _record(change, number, failures, log, trail, rng)
    log.sort(key=lambda row: (row["time_stamp"], row["id"]))
    with replacing(Path(directory)) as fresh:
        for name, rows in {**_tables(failures.places), "log": log, "audit_trail": trail}.items():
            write_table(fresh / f"{name}.parquet", [_table(rows, window)])
        account = {"as_of": AS_OF.isoformat(), "plan": "enterprise", "seed": seed, "days": days}
        write_truth(fresh / TRUTH, account | causes(failures))


def _places(window: Window, rng: np.random.Generator) -> list[Place]:
    """The connections; the last two were authorized by guests, each of whom has one."""
    homes = [name for name, count in DESTINATIONS.items() for _ in range(count)]
    places = []
    for number, home in enumerate(homes):
        frequency = int(rng.choice(FREQUENCIES)) if home != SMALL else 60
        step = frequency * MINUTE
        count = int((window.as_of - window.start) // step)
        start = window.start + int(rng.integers(step)) + np.arange(count, dtype=np.int64) * step
        start += rng.integers(0, step // 20, count)
        start = start[start < window.as_of - 40 * MINUTE]
        usual = int(rng.integers(MINUTE, min(step // 3, 25 * MINUTE)))
        places.append(
            Place(
                id=f"{TYPES[number % len(TYPES)]}_{number}",
                type_id=TYPES[number % len(TYPES)],
                destination=home,
                frequency=frequency,
                user=USERS[number % 4] if number not in (5, 20) else f"guest_{1 + number // 20}",
                start=start,
                lasts=(usual * rng.uniform(0.7, 1.2, len(start))).astype(np.int64),
                signed_up=window.start - int(rng.integers(90, 400)) * DAY,
            )
        )
    return places


def _syncs(failures: Failures, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Start and end of each sync, and what its failure says, in an event of its own or in the end alone."""
    rows: list[dict[str, Any]] = []

    def tell(time: int, place: Place, sync: str, event: str, severity: str = "INFO", **data: Any) -> None:
        rows.append(
            {
                "id": f"{sync} {event}",
                "time_stamp": time,
                "connection_id": place.id,
                "event": severity,
                "message_event": event,
                "message_data": record(**data),
                "sync_id": sync,
            }
        )

    for place in failures.places:
        for at in np.flatnonzero(~place.is_left_out):
            end, sync, fault = place.end(at), f"{place.id} {at}", int(place.fault[at])
            tell(int(place.start[at]), place, sync, "sync_start")
            if fault < 0:
                tell(end, place, sync, "sync_end", status="SUCCESSFUL")
                continue
            told = failures.faults[fault]
            message = fill(told.message, rng, end)
            if rng.random() < 0.7:
                tell(end - 40, place, sync, "error", "SEVERE", type=told.error_type, message=message)
            tell(end, place, sync, "sync_end", "SEVERE", status="FAILURE", reason=message)
    return rows


def _record(change: Change, number: int, failures: Failures, log: list, trail: list, rng: np.random.Generator) -> None:
    """A change as the log and the trail tell it: some in both, some in one of them."""
    place = next((one for one in failures.places if one.id == change.connection), None)
    in_trail, in_log, event, details, resource = False, True, "", {}, ("CONNECTION", change.connection)
    if change.kind == "schema":
        table, column = change.old["table"], change.old["column"]
        event, details = "drop_table", {"schema": f"{change.connection}_public", "name": table}
        if column:
            more = {"dataType": ADDED} if change.new else {}
            kind = "ADD_COLUMN" if change.new else "DROP_COLUMN"
            properties = {"columnName": column} | more
            event = "alter_table"
            details = {"schema": details["schema"], "table": table, "type": kind, "properties": properties}
    elif change.kind == "tables":
        event, details = "change_schema_config", {"connectorId": change.connection, "properties": change.new}
    elif change.kind in ("pause", "resume"):
        event = f"{change.kind}_connection"
    elif change.kind == "sync":
        event = "sync_now"
    else:
        event = {"destination": "edit_destination", "created": "create_connection"}.get(change.kind, "edit_connection")
        details = {"properties": change.new, "oldProperties": change.old}
        if change.actor != "Fivetran":
            in_log, in_trail = [(True, True), (True, False), (False, True)][int(rng.integers(3))]
        if change.kind == "destination":
            resource, details = ("DESTINATION", change.destination), details | {"id": change.destination}
        if change.kind == "user":
            resource, in_log, in_trail = ("USER", change.user), False, True
    behind = LOG_DELAY if in_trail else 0
    if in_log:
        log.append(
            {
                "id": f"change {number}",
                "time_stamp": change.time + behind,
                "connection_id": change.connection,
                "event": "INFO",
                "message_event": event,
                "message_data": record(**({"actor": change.actor} if change.actor else {}), **details),
                "sync_id": _sync_at(place, change.time) if change.kind == "schema" and place else None,
            }
        )
    if in_trail:
        on_connection = resource[0] == "CONNECTION"
        action = "CREATE" if change.kind == "created" else "EDIT" if change.new else "DELETE"
        trail.append(
            {
                "captured_at": change.time,
                "id": f"trail {number}",
                "user_id": change.actor,
                "action": action,
                "interaction_method": "WEB_UI",
                "old_values": record(**change.old),
                "new_values": record(**change.new),
                "primary_resource_id": place.destination if on_connection and place else ACCOUNT,
                "primary_resource_type": "DESTINATION" if on_connection else "ACCOUNT",
                "secondary_resource_id": resource[1],
                "secondary_resource_type": resource[0],
            }
        )


def _sync_at(place: Place, time: int) -> str:
    """The sync that noticed it."""
    return f"{place.id} {int(np.searchsorted(place.start, time, side='right')) - 1}"


def _tables(places: list[Place]) -> dict[str, list[dict[str, Any]]]:
    long_ago = to_ms(datetime(2024, 1, 1))
    return {
        "account": [{"id": ACCOUNT, "name": "Small account", "created_at": long_ago}],
        "destination": [
            {"id": name, "account_id": ACCOUNT, "name": name.title(), "region": "AWS_EU_WEST_1", "is_active": True}
            for name in DESTINATIONS
        ],
        "connector_type": [{"id": name, "official_connector_name": name.title()} for name in TYPES],
        "user": [
            {"id": name, "email": f"{name}@example.com", "created_at": long_ago, "_fivetran_deleted": False}
            for name in USERS
        ],
        "connection": [
            {
                "connection_id": place.id,
                "connection_name": place.id,
                "connector_type_id": place.type_id,
                "destination_id": place.destination,
                "connecting_user_id": place.user,
                "paused": False,
                "signed_up": place.signed_up,
                "sync_frequency": place.frequency,
                "_fivetran_deleted": False,
            }
            for place in places
        ],
    }


def _table(rows: list[dict[str, Any]], window: Window) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        columns[name] = timestamps(np.array(values, dtype=np.int64)) if name in TIMES else pa.array(values)
    columns["_fivetran_synced"] = timestamps(np.full(len(rows), window.as_of + 12 * MINUTE, dtype=np.int64))
    return pa.table(columns)
