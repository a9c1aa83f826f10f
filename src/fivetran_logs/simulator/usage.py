"""Monthly active rows, their cost, and transformation runs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from .account import DEV, EU, PROD
from .billing import (
    CENTS_PER_CREDIT,
    DELETES_PAID_SINCE,
    FIXED_CENTS,
    Bills,
    Charge,
    Step,
    cents_of,
    charges_of_rows,
    charges_of_runs,
    cost_of,
    counted,
    price_curve,
    steps_of,
)
from .catalogue import connection_id
from .clock import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    day_of,
    iso,
    iso_date,
    month_start,
    next_month,
    timestamps,
    to_datetime,
    weekday,
)
from .incidents import RESYNC_DAYS_AGO
from .messages import record
from .model import INFO, WARNING, LogRow
from .text import pick
from .world import World

FREE_TYPES = [
    "PAID",
    "paid",
    "INITIAL_SYNC",
    "FREE_RESYNC",
    "CONNECTOR_TRIAL",
    "FREE_PLAN",
    "PROMOTION",
    "REFUND",
    "ACTIVATION_TRIAL",
    "FREE_ACTIVATION",
]
TRIAL_DAYS = 14  # after the initial sync
GONE_CONNECTION = "legacy_intercom"  # has usage, but no row in `connection`
ACTIVATION = "audience_sync"  # an activation: usage, but no connection
_STRANGERS = [  # what has usage, but no row in `connection`: name, destination, table
    (GONE_CONNECTION, PROD, "conversation_history"),
    (ACTIVATION, EU, "braze_users"),
]
# New rows only, no row changed later: a month of them does not saturate. So do tables in history mode.
APPENDED = {
    "page",
    "track",
    "event",
    "events",
    "sessions",
    "email_event",
    "tracking_events",
    "balance_transaction",
    "gl_entries",
    "partner_sales",
    "bank_statements",
    "ticket_comment",
}
# Of the rows a day changes, ever fewer are new to the month, by this share a day. A connection draws one of them:
# by day 10 it has counted from 0.39 to 0.9 of its month.
DECLINES = [0.025, 0.05, 0.08, 0.12, 0.17, 0.23]
RESTATED_DAYS, RESTATED_SHARE = 30, 0.8  # an advertising source, on the 1st of a month


@dataclass
class Usage:
    """incremental_mar as columns. `connection` is negative for strangers (-1 is gone); `day` counts since 1970."""

    connection: np.ndarray
    table: np.ndarray  # position in World.tables, as `connection` for strangers
    day: np.ndarray
    free_type: np.ndarray
    rows: np.ndarray
    months: list[int]  # first instants, ascending
    bills: Bills
    cents: dict[tuple[int, str], int]  # (month, destination id)

    def month(self) -> np.ndarray:
        """Position in `months` of each row."""
        starts = np.array([month // DAY for month in self.months])
        return np.searchsorted(starts, self.day, side="right") - 1

    def is_paid(self) -> np.ndarray:
        return self.free_type <= 1

    def is_historical(self, world: World) -> np.ndarray:
        """Rows of an initial sync, and those that a re-sync has read again and changed."""
        resynced = np.array([one.is_resynced for one in world.connections] + [False] * len(_STRANGERS))
        day = day_of(world.window.ago(days=RESYNC_DAYS_AGO))
        return (self.free_type == FREE_TYPES.index("INITIAL_SYNC")) | (
            resynced[self.connection] & (self.day == day) & self.is_paid()
        )


def months_of(first: int, last: int) -> list[int]:
    """First instants of the months from that of `first` to that of `last`."""
    out = [month_start(first)]
    while next_month(out[-1]) <= last:
        out.append(next_month(out[-1]))
    return out


def stranger(connection: int) -> tuple[str, str, str]:
    """Name, destination and table of a negative position."""
    return _STRANGERS[-1 - connection]


def draw_usage(world: World, runs: list[dict], *, contract: str = "tiers", oddities: bool = False) -> Usage:
    """Daily active rows of every table, and the bills that follow from them and from the runs of transformations."""
    window = world.window
    months = months_of(window.start, window.as_of)
    parts: list[tuple[np.ndarray, ...]] = []
    first_table = 0
    for position, connection in enumerate(world.connections):
        tables = connection.tables
        begin = max(
            months[0], month_start(connection.signed_up) if connection.signed_up < months[0] else connection.signed_up
        )
        end = min(connection.last, window.as_of)
        if connection.has_usage and begin <= end and tables:
            rng = np.random.default_rng([world.seed, 2, *connection.id.encode()])
            days = np.arange(day_of(begin), day_of(end) + 1)
            rows, free = _table_days(connection, days, window, rng, [world.seed])
            day, table = np.nonzero(rows)
            parts.append((np.full(len(day), position), table + first_table, days[day], free[day], rows[day, table]))
            parts.extend(_free_extras(world, position, first_table, days, rng))
        first_table += len(tables)
    gone = np.arange(day_of(months[0]), day_of(months[-1]) + min(to_datetime(window.as_of).day, 9))
    ones = np.ones(len(gone), dtype=np.int64)
    parts.append((-ones, -ones, gone, 0 * ones, 900 + (gone * 37) % 211))
    if oddities:
        parts.append(_activation_rows(months, window))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    usage = Usage(*columns[:4], columns[4].astype(np.int64), months, Bills([], [], {}), {})
    if oddities:
        _refund(world, usage)
    usage.bills = _bill(world, usage, runs, contract, oddities)
    usage.cents = usage.bills.totals(months, [place.id for place in world.destinations])
    return usage


def _activation_rows(months: list[int], window) -> tuple[np.ndarray, ...]:
    """An activation's rows while it is free: on trial for two weeks, then a free sync a day."""
    days = np.arange(day_of(months[-1]) - 31, day_of(window.as_of) + 1)
    days = days[days >= day_of(months[0])]
    ones = np.ones(len(days), dtype=np.int64)
    on_trial = np.arange(len(days)) < TRIAL_DAYS
    kind = np.where(on_trial, FREE_TYPES.index("ACTIVATION_TRIAL"), FREE_TYPES.index("FREE_ACTIVATION"))
    return -2 * ones, -2 * ones, days, kind, 350 + (days * 29) % 97


def _refunded_month(months: list[int]) -> int | None:
    """A month that has been closed for a while."""
    return len(months) - 3 if len(months) >= 3 else None


def _refund(world: World, usage: Usage) -> None:
    """Usage of a closed month, restated: five days of a connection were refunded."""
    at, month = world.position("salesforce"), _refunded_month(usage.months)
    if at is None or month is None:
        return
    first = day_of(usage.months[month]) + 4
    mine = (usage.connection == at) & usage.is_paid() & (usage.day >= first) & (usage.day < first + 5)
    usage.free_type[mine] = FREE_TYPES.index("REFUND")


def _freshness(connection, time: np.ndarray, window, rng) -> tuple[np.ndarray, np.ndarray]:
    """(days, tables) share of a day's changed rows that are new to the month, and a factor of each month."""
    of_month = np.array([to_datetime(int(moment)).day for moment in time])
    linear = 1 - 0.65 * (of_month - 1) / 31
    usual = (1 - 0.65 * np.arange(31) / 31).sum()  # what a month comes to, however it fills up
    if connection.mar_share <= 0.05:
        # On the 1st most rows of the last weeks are read again, and count for the new month.
        restated = np.where(of_month == 1, 1 + RESTATED_DAYS * RESTATED_SHARE, 1.0)
        month = 38 / (31 + RESTATED_DAYS * RESTATED_SHARE)
        fresh = np.repeat((restated * month)[:, None], len(connection.tables), axis=1)
    elif connection.is_resynced:
        fresh = np.repeat(linear[:, None], len(connection.tables), axis=1)
    else:
        # Spread over the whole range, so that each account has slow and fast ones.
        decline = DECLINES[int(rng.integers(len(DECLINES)))]
        fresh = np.empty((len(time), len(connection.tables)))
        for number, table in enumerate(connection.tables):
            grows = table.name in APPENDED or table.name.endswith("_history")
            each = 0.0 if grows else decline
            fresh[:, number] = np.exp(-each * (of_month - 1)) * usual / np.exp(-each * np.arange(31)).sum()
    month_of = np.array([(moment.year, moment.month) for moment in map(to_datetime, time.tolist())])
    _, inverse = np.unique(month_of, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    spread = 0.0 if connection.is_resynced else 0.06
    return fresh, np.exp(rng.normal(0, spread, inverse.max() + 1))[inverse]


def _table_days(connection, days: np.ndarray, window, rng, seed: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """(days, tables) newly active rows, and the free type of each day."""
    time = days * DAY
    fresh, month = _freshness(connection, time, window, np.random.default_rng([*seed, 4, *connection.id.encode()]))
    week = np.where(weekday(time) >= 5, connection.weekend, 1.0)
    growth = connection.growth ** ((time - window.start) / (100 * DAY))
    factor = week * growth * month * connection.mar_share
    if connection.is_resynced:
        factor = np.where(time >= (window.as_of - RESYNC_DAYS_AGO * DAY) // DAY * DAY, factor * 10, factor)
    base = np.array([min(table.rows_per_day, 3e6) for table in connection.tables])
    noise = rng.lognormal(-0.03, 0.25, (len(days), len(base)))
    # Deleted rows were not counted before 2026.
    deleted = np.array([table.mix[2] for table in connection.tables])
    counted = np.where((time < DELETES_PAID_SINCE)[:, None], 1 - deleted[None, :], 1.0)
    rows = np.floor(factor[:, None] * fresh * counted * base[None, :] * noise).astype(np.int64)
    # The last day has only begun.
    rows[days == day_of(window.as_of)] //= 2
    free = np.full(len(days), FREE_TYPES.index(connection.free_type or "PAID"))
    if connection.signed_up >= window.start and not connection.free_type:
        # The two weeks count from the end of the initial sync, a day later. Most trials end within a month.
        free[days <= day_of(connection.signed_up) + TRIAL_DAYS] = FREE_TYPES.index("CONNECTOR_TRIAL")
    return rows, free


def _free_extras(world: World, position: int, first_table: int, days: np.ndarray, rng) -> list[tuple[np.ndarray, ...]]:
    """Initial and free re-sync rows."""
    connection, window = world.connections[position], world.window
    out = []

    def add(day: int, kind: str, factor: float) -> None:
        if day < days[0] or day > days[-1]:
            return
        rows = np.floor([table.rows_per_day * factor * rng.uniform(0.8, 1.2) for table in connection.tables]).astype(
            np.int64
        )
        at = np.flatnonzero(rows > 0)
        ones = np.ones(len(at), dtype=np.int64)
        out.append((ones * position, at + first_table, ones * day, ones * FREE_TYPES.index(kind), rows[at]))

    if connection.signed_up >= window.start and not connection.free_type:
        add(int(day_of(connection.signed_up)), "INITIAL_SYNC", 45)
        add(int(day_of(connection.signed_up)) + 1, "INITIAL_SYNC", 12)
    if connection.is_resynced:
        add(int(day_of(window.ago(days=RESYNC_DAYS_AGO))), "FREE_RESYNC", 60)
    return out


def _bill(world: World, usage: Usage, runs: list[dict], contract: str, oddities: bool) -> Bills:
    """All charges: by price list, or as agreed; and what was corrected later."""
    months = usage.months
    curve = price_curve(world.plan, months, activations=oddities)
    if contract == "fixed":
        return Bills(curve, _fixed_charges(world, months), {})
    month, paid = usage.month(), usage.is_paid()
    active = counted(month[paid], usage.connection[paid], usage.table[paid], usage.rows[paid])
    active = {(months[at], connection, table): rows for (at, connection, table), rows in active.items()}
    place_of = {number: connection.destination for number, connection in enumerate(world.connections)}
    place_of |= {-1 - number: place for number, (_, place, _) in enumerate(_STRANGERS)}
    charges, prices = charges_of_rows(curve, months, active, place_of)
    charges += charges_of_runs(curve, months, runs)
    if oddities:
        charges += _odd_charges(world, usage, curve)
    seen = {(charge.month, charge.destination) for charge in charges}
    for start in months:
        for place in world.destinations:
            if (start, place.id) not in seen:
                charges.append(Charge(start, place.id, "adjustment", 500))  # a fee, booked by hand
    in_credits = frozenset([DEV]) if contract == "credits" else frozenset()
    return Bills(curve, charges, prices, in_credits)


def _fixed_charges(world: World, months: list[int]) -> list[Charge]:
    """The same amount every month, whatever was used."""
    return [
        Charge(month, place.id, "fixed_price", cents)
        for month in months
        for place, cents in zip(world.destinations, FIXED_CENTS, strict=True)
    ]


def _odd_charges(world: World, usage: Usage, curve: list[Step]) -> list[Charge]:
    """A paid activation, and a correction of a month that was closed."""
    units = 42_000
    out = [
        Charge(month, EU, "activation", cents_of(cost_of(steps_of(curve, "activation_mar", month), units)), units)
        for month in usage.months[-2:]
    ]
    closed = _refunded_month(usage.months)
    if closed is not None:
        out.append(Charge(usage.months[closed], PROD, "adjustment", -2500))
    return out


def usage_tables(world: World, usage: Usage) -> dict[str, pa.Table]:
    """incremental_mar, usage_cost, credits_used."""
    names_of = [name for name, _, _ in _STRANGERS]
    schemas = pa.array([table.schema for table in world.tables] + names_of, type=pa.string())
    names = pa.array([table.name for table in world.tables] + [table for _, _, table in _STRANGERS], type=pa.string())
    labels = pa.array([connection.name for connection in world.connections] + names_of, type=pa.string())
    places = pa.array(
        [connection.destination for connection in world.connections] + [place for _, place, _ in _STRANGERS],
        type=pa.string(),
    )
    dates = {int(day): iso_date(int(day) * DAY) for day in np.unique(usage.day)}
    first_day = min(dates)
    calendar = pa.array([dates.get(day, "") for day in range(first_day, max(dates) + 1)], type=pa.string())
    table = np.where(usage.table < 0, len(world.tables) - 1 - usage.table, usage.table)
    connection = np.where(usage.connection < 0, len(world.connections) - 1 - usage.connection, usage.connection)
    # A refund is booked after its month has been closed.
    later = np.where(usage.free_type == FREE_TYPES.index("REFUND"), 41, 1)
    updated = np.minimum((usage.day + later) * DAY + 5 * HOUR + (usage.rows % 997) * SECOND, world.window.as_of)
    mar = pa.table(
        {
            "free_type": pick(FREE_TYPES, usage.free_type),
            "measured_date": calendar.take(pa.array(usage.day - first_day)),
            "schema_name": schemas.take(pa.array(table)),
            "sync_type": pick(["UNKNOWN", "HISTORICAL"], (usage.is_historical(world)).astype(np.int8)),
            "table_name": names.take(pa.array(table)),
            "connection_name": labels.take(pa.array(connection)),
            "destination_id": places.take(pa.array(connection)),
            "incremental_rows": pa.array(usage.rows),
            "updated_at": timestamps(updated),
            "_fivetran_synced": timestamps(world.arrival(updated)),
        }
    )
    keys = [key for key in usage.cents if key[1] not in usage.bills.in_credits]
    cost = pa.table(
        {
            "measured_month": pa.array([iso_date(month)[:7] for month, _ in keys]),
            "destination_id": pa.array([place for _, place in keys]),
            "amount": pa.array([Decimal(usage.cents[key]) / 100 for key in keys], type=pa.decimal128(18, 2)),
            "_fivetran_synced": timestamps(np.full(len(keys), world.synced())),
        }
    )
    # Before the first month in dollars, the contract was in credits.
    earlier = [month_start(usage.months[0] - DAY)]
    earlier.insert(0, month_start(earlier[0] - DAY))
    credits_rows = [(month, PROD, amount) for month, amount in zip(earlier, (412, 437), strict=True)]
    credits_rows += [
        (month, place, credits_of(cents))
        for (month, place), cents in usage.cents.items()
        if place in usage.bills.in_credits
    ]
    arrived = np.array([month for month, _, _ in credits_rows], dtype=np.int64) + 40 * DAY
    credits = pa.table(
        {
            "measured_month": pa.array([iso_date(month)[:7] for month, _, _ in credits_rows]),
            "destination_id": pa.array([place for _, place, _ in credits_rows]),
            "credits_consumed": pa.array([amount for _, _, amount in credits_rows], type=pa.int32()),
            "_fivetran_synced": timestamps(world.arrival(np.minimum(arrived, world.window.as_of))),
        }
    )
    return {"incremental_mar": mar, "usage_cost": cost, "credits_used": credits}


def credits_of(cents: int) -> int:
    """Whole credits for an amount, at least one."""
    return max(1, round(cents / CENTS_PER_CREDIT))


@dataclass(frozen=True)
class Job:
    id: str
    name: str
    project_type: str
    free_type: str
    destination: str
    models: int
    hour: int
    source: str  # name of the connection that triggers it


JOBS = [
    Job(connection_id("job core daily"), "core_daily", "DBT_CORE", "PAID", PROD, 212, 5, "app_db"),
    Job(connection_id("job finance"), "finance_close", "DBT_CORE", "PAID", PROD, 22, 7, "netsuite"),
    Job(connection_id("job ads"), "Google Ads/google_ads", "QUICKSTART", "FREE_DBT", PROD, 11, 8, "google_ads"),
    Job(connection_id("job jira"), "Jira/jira_dev", "QUICKSTART", "PROMOTION", DEV, 9, 6, "jira_dev"),
]


def transformation_runs(world: World) -> tuple[list[dict], list[LogRow]]:
    """The runs of all jobs, and their events in the log."""
    rng, window = world.rng("transformations"), world.window
    rows: list[dict] = []
    log: list[LogRow] = []
    for job in JOBS:
        position = world.position(job.source)
        for day in range(day_of(window.start) + 1, day_of(window.as_of) + 1):
            begin = day * DAY + job.hour * HOUR + int(rng.integers(0, 5 * MINUTE))
            end = begin + int(rng.integers(3 * MINUTE, 15 * MINUTE))
            if end > window.as_of:
                continue
            failed = rng.random() < 0.03
            ran = job.models if not failed else int(rng.integers(1, job.models))
            rows.append(
                {
                    "free_type": job.free_type,
                    "job_id": job.id,
                    "measured_date": iso_date(day * DAY),
                    "project_type": job.project_type,
                    "destination_id": job.destination,
                    "job_name": job.name,
                    "model_runs": ran,
                    "updated_at": end + MINUTE,
                    "failed": failed,
                    "started_at": begin,
                    "ended_at": end,
                }
            )
            log.extend(_events_of_run(world, job, position, begin, end, ran, failed))
    # The same job on the same day under another free type is another row.
    if rows:
        rows.append({**rows[-1], "free_type": "SYSTEM", "model_runs": 2, "failed": None})
    return rows, log


def transformation_table(world: World, rows: list[dict]) -> pa.Table:
    """transformation_runs."""
    return pa.table(
        {
            **{
                name: pa.array([row[name] for row in rows], type=kind)
                for name, kind in (
                    ("free_type", pa.string()),
                    ("job_id", pa.string()),
                    ("measured_date", pa.string()),
                    ("project_type", pa.string()),
                    ("destination_id", pa.string()),
                    ("job_name", pa.string()),
                    ("model_runs", pa.int64()),
                )
            },
            "updated_at": timestamps(np.array([row["updated_at"] for row in rows], dtype=np.int64)),
            "_fivetran_synced": timestamps(
                world.arrival(np.array([row["updated_at"] for row in rows], dtype=np.int64))
            ),
        }
    )


def _events_of_run(
    world: World, job: Job, position: int | None, begin: int, end: int, ran: int, failed: bool
) -> list[LogRow]:
    """The log's start and end event of a run; older accounts say dbt_run."""
    step = {
        "name": "run models",
        "success": not failed,
        "startTime": iso(begin),
        "endTime": iso(end),
        "successfulModelRuns": ran,
        "failedModelRuns": job.models - ran,
        "modelResults": [],
    }
    result = {"stepResults": [step], "description": "Steps: 0 of 1 failed" if not failed else "Steps: 1 of 1 failed"}
    if world.names == "oldest":
        word, common = "dbt_run", {"dbtJobId": job.id, "dbtJobName": job.name, "dbtJobType": "Scheduled"}
    else:
        triggers = [world.connections[position].id] if position is not None else []
        word = "transformation"
        common = {
            "id": job.id,
            "name": job.name,
            "transformationType": job.project_type,
            "schedule": {"type": "integrated", "integrations": triggers},
        }
    started = {**common, "startTime": iso(begin)}
    finished = {**started, "endTime": iso(end), "result": result}
    outcome, severity = ("failed", WARNING) if failed else ("succeeded", INFO)
    return [
        LogRow(begin, -1, -1, f"{word}_start", INFO, record(**started)),
        LogRow(end, -1, -1, f"{word}_{outcome}", severity, record(**finished)),
    ]
