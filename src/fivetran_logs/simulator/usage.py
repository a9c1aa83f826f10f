"""Monthly active rows, their cost, and transformation runs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from .account import DEV, PROD
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

FREE_TYPES = ["PAID", "paid", "INITIAL_SYNC", "FREE_RESYNC", "CONNECTOR_TRIAL", "FREE_PLAN", "PROMOTION"]
RATES = {"standard": 50_000, "enterprise": 66_700}  # cents for the first million rows
BASE_CHARGE = 500  # cents, the least a connection with paid rows costs
GONE_CONNECTION = "legacy_intercom"  # has usage, but no row in `connection`


@dataclass
class Usage:
    """incremental_mar as columns. `connection` is -1 for the one that is gone; `day` counts since 1970."""

    connection: np.ndarray
    table: np.ndarray  # position in World.tables, -1 for the one that is gone
    day: np.ndarray
    free_type: np.ndarray
    rows: np.ndarray
    months: list[int]  # first instants, ascending
    cents: dict[tuple[int, str], int]  # (month, destination id)

    def month(self) -> np.ndarray:
        """Position in `months` of each row."""
        starts = np.array([month // DAY for month in self.months])
        return np.searchsorted(starts, self.day, side="right") - 1

    def is_paid(self) -> np.ndarray:
        return self.free_type <= 1


def months_of(first: int, last: int) -> list[int]:
    """First instants of the months from that of `first` to that of `last`."""
    out = [month_start(first)]
    while next_month(out[-1]) <= last:
        out.append(next_month(out[-1]))
    return out


def draw_usage(world: World) -> Usage:
    """Daily active rows of every table, and the bill that follows from them."""
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
            rows, free = _table_days(connection, days, window, rng)
            day, table = np.nonzero(rows)
            parts.append((np.full(len(day), position), table + first_table, days[day], free[day], rows[day, table]))
            parts.extend(_free_extras(world, position, first_table, days, rng))
        first_table += len(tables)
    gone = np.arange(day_of(months[0]), day_of(months[-1]) + min(to_datetime(window.as_of).day, 9))
    ones = np.ones(len(gone), dtype=np.int64)
    parts.append((-ones, -ones, gone, 0 * ones, 900 + (gone * 37) % 211))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    usage = Usage(columns[0], columns[1], columns[2], columns[3], columns[4].astype(np.int64), months, {})
    usage.cents = _bill(world, usage)
    return usage


def _table_days(connection, days: np.ndarray, window, rng) -> tuple[np.ndarray, np.ndarray]:
    """(days, tables) newly active rows, and the free type of each day."""
    time = days * DAY
    # Of the rows a day changes, ever fewer are new to the month: most have been counted on an earlier day of it.
    of_month = np.array([to_datetime(int(moment)).day for moment in time])
    fresh = 1 - 0.65 * (of_month - 1) / 31
    if connection.mar_share <= 0.05:  # restates four weeks: the 1st of the month counts them all
        fresh = np.where(of_month == 1, 9.0, 1.0)
    week = np.where(weekday(time) >= 5, connection.weekend, 1.0)
    growth = connection.growth ** ((time - window.start) / (100 * DAY))
    factor = fresh * week * growth * connection.mar_share
    if connection.is_resynced:
        factor = np.where(time >= (window.as_of - RESYNC_DAYS_AGO * DAY) // DAY * DAY, factor * 10, factor)
    base = np.array([min(table.rows_per_day, 3e6) for table in connection.tables])
    rows = np.floor(factor[:, None] * base[None, :] * rng.lognormal(-0.03, 0.25, (len(days), len(base)))).astype(
        np.int64
    )
    # The last day has only begun.
    rows[days == day_of(window.as_of)] //= 2
    return rows, np.full(len(days), FREE_TYPES.index(connection.free_type or "PAID"))


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


def _bill(world: World, usage: Usage) -> dict[tuple[int, str], int]:
    """Cents by month and destination: each connection has its own curve."""
    strangers = len(world.connections)  # position of the connection that is gone
    connection = np.where(usage.connection < 0, strangers, usage.connection)
    destination = np.array([connection.destination for connection in world.connections] + [PROD])
    month, paid = usage.month(), usage.is_paid()
    active = np.zeros((len(usage.months), strangers + 1), dtype=np.int64)
    np.add.at(active, (month[paid], connection[paid]), usage.rows[paid])
    out = {}
    for number, start in enumerate(usage.months):
        charges = np.array([_charge(int(rows), world.plan) for rows in active[number]])
        used = np.bincount(connection[month == number], minlength=strangers + 1) > 0
        for place in world.destinations:
            mine = destination == place.id
            # Transformations are billed even without paid rows.
            out[start, place.id] = int(charges[mine].sum()) or (2500 if (used & mine).any() else 500)
    return out


def _charge(rows: int, plan: str) -> int:
    """Cents for the paid active rows of one connection in a month: flat for the first million, then decreasing."""
    if rows == 0:
        return 0
    cents, left = 0.0, rows / 1e6
    for millions, share in ((1, 1.0), (4, 0.7), (20, 0.45), (float("inf"), 0.25)):
        part = min(left, millions)
        cents += part * RATES[plan] * share
        left -= part
    return max(round(cents), BASE_CHARGE)


def usage_tables(world: World, usage: Usage) -> dict[str, pa.Table]:
    """incremental_mar, usage_cost, credits_used."""
    schemas = pa.array([table.schema for table in world.tables] + [GONE_CONNECTION], type=pa.string())
    names = pa.array([table.name for table in world.tables] + ["conversation_history"], type=pa.string())
    labels = pa.array([connection.name for connection in world.connections] + [GONE_CONNECTION], type=pa.string())
    places = pa.array([connection.destination for connection in world.connections] + [PROD], type=pa.string())
    dates = {int(day): iso_date(int(day) * DAY) for day in np.unique(usage.day)}
    first_day = min(dates)
    calendar = pa.array([dates.get(day, "") for day in range(first_day, max(dates) + 1)], type=pa.string())
    table = np.where(usage.table < 0, len(world.tables), usage.table)
    connection = np.where(usage.connection < 0, len(world.connections), usage.connection)
    updated = np.minimum((usage.day + 1) * DAY + 5 * HOUR + (usage.rows % 997) * SECOND, world.window.as_of)
    mar = pa.table(
        {
            "free_type": pick(FREE_TYPES, usage.free_type),
            "measured_date": calendar.take(pa.array(usage.day - first_day)),
            "schema_name": schemas.take(pa.array(table)),
            "sync_type": pick(["UNKNOWN", "HISTORICAL"], (usage.free_type == 2).astype(np.int8)),
            "table_name": names.take(pa.array(table)),
            "connection_name": labels.take(pa.array(connection)),
            "destination_id": places.take(pa.array(connection)),
            "incremental_rows": pa.array(usage.rows),
            "updated_at": timestamps(updated),
            "_fivetran_synced": timestamps(world.arrival(updated)),
        }
    )
    keys = list(usage.cents)
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
    credits = pa.table(
        {
            "measured_month": pa.array([iso_date(month)[:7] for month in earlier]),
            "destination_id": pa.array([PROD] * len(earlier)),
            "credits_consumed": pa.array([412, 437][: len(earlier)], type=pa.int32()),
            "_fivetran_synced": timestamps(world.arrival(np.array(earlier) + 40 * DAY)),
        }
    )
    return {"incremental_mar": mar, "usage_cost": cost, "credits_used": credits}


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
    Job(connection_id("job core daily"), "core_daily", "DBT_CORE", "PAID", PROD, 64, 5, "app_db"),
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
