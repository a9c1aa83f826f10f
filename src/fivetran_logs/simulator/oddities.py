"""Odd data of real logs that breaks naive readers, planted one by one, for tests.

Only `simulate --oddities` includes it. Nothing else in the simulator is odd on purpose.
"""

from __future__ import annotations

import numpy as np

from . import incidents
from .account import DEV, PROD
from .cast import make
from .clock import SECOND, Window
from .messages import record
from .model import CUT, DOUBLE, FAILURE, INFO, SEVERE, SUCCESSFUL, WARNING, Connection, Issue, LogRow
from .world import World

HUGE_NAME = "big_history"
HOSTILE_NAME = (
    "o'brien \"quoted\" <script>alert('x')</script> \U0001f680 %s {{ ref('x') }}; drop table log; -- "
    "a name far longer than any chart's axis was ever drawn to hold, ünïcödé included"
)


def bend_cast(cast: list[Connection], window: Window, *, overlaps: bool) -> None:
    """Odd connections beside the ordinary ones, and odd words in their usage.

    overlaps  False if syncs have no id, because overlapping ones could not be separated
    """
    huge = make(
        HUGE_NAME,
        "oracle_rds",
        DEV,
        720,
        window.ago(230),
        free_type="FREE_PLAN",
        seconds=800,
        overlaps=overlaps,
        shape=incidents.overlapping if overlaps else incidents.plain,
        story="syncs that overlap; counts beyond 2^31",
    )
    huge.tables[1].rows_per_day = 4.0e9
    hostile = make(
        HOSTILE_NAME,
        "webhooks",
        PROD,
        360,
        window.ago(205),
        key="hostile",
        schema="hostile_hooks",
        story="hostile name",
    )
    hostile.user = huge.user = cast[0].user
    for connection in cast:
        if connection.destination == DEV and connection.has_usage:
            connection.free_type = "FREE_PLAN"  # a destination with a bill but without usage
        if connection.name == "stripe_eu":
            connection.free_type = "paid"  # in lower case
    cast.extend((huge, hostile))


def apply(world: World) -> None:
    """Odd records, in an account that is otherwise complete."""
    for oddity in ODDITIES:
        oddity(world)


def damaged_records(world: World) -> None:
    """Records cut short or encoded twice; a sync whose statistics come twice."""
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
            syncs.end_damage[plain[40]] = CUT  # an INFO sync_end whose status is cut off: a success, like old ones
            syncs.end_damage[plain[50]] = DOUBLE
            syncs.two_stats[plain[30]] = syncs.has_stats[plain[30]]
    at = world.position("facebook_ads")
    if at is not None:
        severe = [s for s in world.syncs_of(at) if syncs.status[s] == FAILURE and syncs.severity[s] == SEVERE]
        if severe:
            syncs.end_damage[severe[-1]] = CUT  # a SEVERE sync_end cut within its reason still counts as failed


def two_events_with_one_id(world: World) -> None:
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
    message = "Column 'shape_9' has the unsupported type 'geometry' and was skipped"  # not a random one
    data = record(type="unsupported_type", message=message)
    world.rows.append(LogRow(time, at, sync, "warning", WARNING, data, shared))
    world.odd_syncs.append(sync)


def huge_text(world: World) -> None:
    """An error text of some 60,000 characters, plain text that is not JSON, and an unknown kind of event."""
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


def stranger(world: World) -> None:
    """A warning of a connection that `connection` does not know."""
    time = world.window.ago(days=4, hours=7)
    message = "Table 'ledger_7' has been excluded by system. Reason: not queryable"
    data = record(type="table_excluded_by_system", message=message)
    world.issues.append(
        Issue(time, world.stranger, -1, WARNING, "warning", "table_excluded_by_system", "stranger", data, message)
    )


def sync_with_two_ends(world: World) -> None:
    """The last of them decides."""
    at = world.position("stripe_eu")
    good = [sync for sync in world.syncs_of(at) if world.syncs.status[sync] == SUCCESSFUL] if at is not None else []
    if len(good) > 5:
        sync = int(good[-5])
        time = int(world.syncs.start[sync]) + 3 * SECOND
        world.rows.append(
            LogRow(time, at, sync, "sync_end", INFO, record(status="RESCHEDULED", reason="Source busy, going on"))
        )
        world.odd_syncs.append(sync)


ODDITIES = [damaged_records, two_events_with_one_id, huge_text, stranger, sync_with_two_ends]
