"""What the marts must say about the account, computed from the drawn syncs with numpy, never from the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from .actions import DELETED_AFTER
from .clock import DAY, HOUR, NEVER, SECOND, day_of, iso, iso_date
from .history import FAILED
from .messages import FAILURES
from .model import CANCELED, CUT, RESCHEDULED, SEVERE, SUCCESSFUL, UNFINISHED, UPDATED, WARNING, LogRow
from .usage import GONE_CONNECTION, Usage
from .world import World

RUNNING_HOURS = 24
DELAY_MULTIPLE, DELAY_MINIMUM_HOURS, DELAY_DEFAULT_HOURS = 3, 1, 24
BASELINE_DAYS = 30
STATUS_NAME = {SUCCESSFUL: "successful", 1: "failed", 2: "failed", RESCHEDULED: "rescheduled", CANCELED: "canceled"}


@dataclass
class Told:
    """One issue, as the marts count it."""

    time: int
    connection: int
    sync: int
    severity: int
    error_type: str
    template: str
    source: str
    event: str
    message: str


@dataclass
class Facts:
    """Per sync: everything that several sections need."""

    moment: np.ndarray
    status: np.ndarray  # text
    rows: np.ndarray  # (syncs, 3)
    tables: np.ndarray
    calls: np.ndarray
    extracted: np.ndarray  # -1 where no extract_summary tells
    errors: np.ndarray
    warnings: np.ndarray
    told: list[Told]


def facts(world: World) -> Facts:
    syncs, writes, queries = world.syncs, world.writes, world.queries
    count = len(syncs)
    moment = world.moment()
    readable = writes.rows.copy()
    readable[writes.damage == CUT, UPDATED] = 0  # the count was cut off
    rows = np.zeros((count, 3), dtype=np.int64)
    np.add.at(rows, writes.sync, readable)
    # A table counts as synced where a row of it changed; one that was merely written does not.
    tables = np.bincount(writes.sync[writes.rows.sum(axis=1) > 0], minlength=count)
    calls = np.zeros(count, dtype=np.int64)
    np.add.at(calls, queries.sync, queries.queries)
    for row in single_calls(world):
        calls[row.sync] += 1
    extracted = np.zeros(count, dtype=np.int64)
    summaries = queries.kind == 0
    np.add.at(extracted, queries.sync[summaries], queries.rows[summaries])
    extracted[np.bincount(queries.sync[summaries], minlength=count) == 0] = -1
    told = issues(world)
    errors, warnings = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for one in told:
        if one.sync >= 0:
            (errors if one.severity == SEVERE else warnings)[one.sync] += 1
    return Facts(moment, status_names(world), rows, tables, calls, extracted, errors, warnings, told)


def single_calls(world: World) -> list[LogRow]:
    """Planted api_call events within syncs."""
    return [row for row in world.rows if row.event == "api_call" and row.sync >= 0]


def status_names(world: World) -> np.ndarray:
    """running only where the sync is its connection's latest and younger than a day."""
    syncs = world.syncs
    names = np.array([STATUS_NAME.get(int(code), "incomplete") for code in syncs.status], dtype=object)
    latest = np.full(len(world.connections), -1)
    np.maximum.at(latest, syncs.connection, np.arange(len(syncs)))  # syncs are sorted by start
    for at in latest[latest >= 0]:
        if syncs.status[at] == UNFINISHED and syncs.start[at] > world.window.as_of - RUNNING_HOURS * HOUR:
            names[at] = "running"
    return names


def issues(world: World) -> list[Told]:
    """Every issue once: events of their own, failed or postponed sync_ends, SDK records."""
    out: list[Told] = []
    for issue in world.issues:
        out.append(
            Told(
                issue.time,
                issue.connection,
                issue.sync,
                issue.severity,
                issue.error_type,
                issue.template,
                issue.source,
                issue.event,
                issue.message,
            )
        )
    for row in world.rows:
        if row.severity >= WARNING and row.time <= world.window.as_of:
            out.append(
                Told(row.time, row.connection, row.sync, row.severity, row.event, row.event, "log", row.event, "")
            )
    syncs = world.syncs
    for at in np.flatnonzero((syncs.text >= 0) & (syncs.end != NEVER)):
        failure = world.failures[syncs.text[at]]
        failed = syncs.status[at] in FAILED
        if not failed and ("intended behavior" in failure.reason or syncs.severity[at] < WARNING):
            continue
        # What the record says: its task type, else its status. Of a damaged one who can tell.
        kind = failure.task or ("FAILURE" if failed else "RESCHEDULED")
        template, message = "end " + failure.kind, failure.reason
        if syncs.end_damage[at] == CUT:
            template, message = "damaged", ""
        out.append(
            Told(
                int(syncs.end[at]),
                int(syncs.connection[at]),
                int(at),
                SEVERE if failed else WARNING,
                kind,
                template,
                "log",
                "sync_end",
                message,
            )
        )
    if not world.has_sync_ids:
        _attribute(world, out)
    out.sort(key=lambda one: (one.time, one.connection))
    return out


def _attribute(world: World, told: list[Told]) -> None:
    """Without ids an event belongs to the latest sync_start of its connection; an SDK record to none."""
    starts: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for one in told:
        if one.connection < 0 or one.source != "log":
            one.sync = -1
            continue
        if one.connection not in starts:
            at = world.syncs_of(one.connection)
            starts[one.connection] = (at, world.syncs.start[at])
        at, begun = starts[one.connection]
        place = int(np.searchsorted(begun, one.time, side="right")) - 1
        one.sync = int(at[place]) if place >= 0 else -1


def connections(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_connector_health, column by column."""
    as_of, syncs = world.window.as_of, world.syncs
    by_connection = _grouped(syncs.connection, len(world.connections))
    told = defaultdict(list)
    for one in known.told:
        told[one.connection].append(one)
    out = []
    for number, connection in enumerate(world.connections):
        at = by_connection[number]
        moment, status = known.moment[at], known.status[at]
        order = np.argsort(moment, kind="stable")
        at, moment, status = at[order], moment[order], status[order]
        good, bad = status == "successful", status == "failed"
        week, month = moment > as_of - 7 * DAY, moment > as_of - 30 * DAY
        ended = syncs.end[at] != NEVER
        duration = (syncs.end[at] - syncs.start[at])[ended & month] / SECOND
        last_good = int(moment[good][-1]) if good.any() else None
        latest = int(np.argmax(syncs.start[at])) if len(at) else None
        recent = [one for one in told[number] if one.time > as_of - 7 * DAY]
        row: dict[str, Any] = {
            "connection_id": connection.id,
            "connection_name": connection.name,
            "connector_type": connection.type_id,
            "destination_id": connection.destination,
            "is_paused": connection.paused,
            "is_deleted": connection.deleted,
            "set_up_at": iso(connection.signed_up),
            "sync_frequency_minutes": connection.frequency if connection.tells_frequency else None,
            "last_sync_id": world.sync_ids[int(at[latest])].as_py()
            if latest is not None and world.has_sync_ids
            else None,
            "last_sync_status": str(status[latest]) if latest is not None else None,
            "last_sync_at": iso(int(moment[latest])) if latest is not None else None,
            "last_successful_sync_at": iso(last_good),
            "last_failed_sync_at": iso(int(moment[bad][-1])) if bad.any() else None,
            "hours_since_last_success": (as_of - last_good) / HOUR if last_good is not None else None,
            "total_syncs": len(at),
            "successful_syncs": int(good.sum()),
            "failed_syncs": int(bad.sum()),
            "total_syncs_last_7d": int(week.sum()),
            "successful_syncs_last_7d": int((good & week).sum()),
            "failed_syncs_last_7d": int((bad & week).sum()),
            "success_rate_last_7d": _rate(good & week, bad & week),
            "success_rate_last_30d": _rate(good & month, bad & month),
            "consecutive_failures": _streak(status),
            "avg_sync_duration_seconds": float(duration.mean()) if len(duration) else None,
            "median_sync_duration_seconds": float(np.median(duration)) if len(duration) else None,
            "p95_sync_duration_seconds": float(np.percentile(duration, 95)) if len(duration) else None,
            "rows_synced_last_7d": int(known.rows[at][week].sum()),
            "errors_last_7d": sum(one.severity == SEVERE for one in recent),
            "warnings_last_7d": sum(one.severity == WARNING for one in recent),
        }
        row["is_delayed"] = _is_delayed(world, connection, last_good, syncs.start[at])
        row["health_status"] = _health(connection, row, status)
        row["story"] = connection.story
        out.append(row)
    return out


def incidents(world: World, known: Facts) -> list[dict[str, Any]]:
    """fct_fivetran_incidents: how many runs of failed syncs each connection had, and whether one is open."""
    out = []
    for number, at in enumerate(_grouped(world.syncs.connection, len(world.connections))):
        status = known.status[at[np.argsort(known.moment[at], kind="stable")]]
        failed = status[(status == "failed") | (status == "successful")] == "failed"
        if failed.any():
            begins = failed & ~np.concatenate([[False], failed[:-1]])
            out.append(
                {
                    "connection_id": world.connections[number].id,
                    "incidents": int(begins.sum()),
                    "failed_syncs": int(failed.sum()),
                    "is_open": bool(failed[-1]),
                }
            )
    return out


def _is_delayed(world: World, connection, last_good: int | None, starts: np.ndarray) -> bool | None:
    """None where the definition does not say: paused, deleted and never synced connections."""
    if connection.paused or connection.deleted or not len(starts):
        return None
    hours = max(connection.frequency / 60 * DELAY_MULTIPLE, DELAY_MINIMUM_HOURS)
    if not connection.tells_frequency:
        hours = DELAY_DEFAULT_HOURS
    since = last_good if last_good is not None else connection.signed_up
    return bool(world.window.as_of - since > hours * HOUR)


def _health(connection, row: dict[str, Any], status: np.ndarray) -> str | None:
    """health_status where the scores do not decide it, else None."""
    if connection.deleted:
        return "deleted"
    if connection.paused:
        return "paused"
    if not row["total_syncs"]:
        return "never_synced"
    outcome = status[(status == "successful") | (status == "failed")]
    if len(outcome) and outcome[-1] == "failed":
        return "broken"
    if row["is_delayed"]:
        return "delayed"
    rate = row["success_rate_last_7d"]
    return "degraded" if rate is not None and rate < 0.95 else None


def mar(world: World, usage: Usage) -> list[dict[str, Any]]:
    """fct_fivetran_monthly_active_rows: rows by month, connection, schema and table."""
    month, paid = usage.month(), usage.is_paid()
    keys = np.stack([month, usage.connection, usage.table], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    free_rows, paid_rows = np.zeros(len(unique), dtype=np.int64), np.zeros(len(unique), dtype=np.int64)
    np.add.at(paid_rows, inverse[paid], usage.rows[paid])
    np.add.at(free_rows, inverse[~paid], usage.rows[~paid])
    out = []
    for (at, number, table), free, paying in zip(unique.tolist(), free_rows.tolist(), paid_rows.tolist(), strict=True):
        connection = world.connections[number] if number >= 0 else None
        out.append(
            {
                "month_date": iso_date(usage.months[at]),
                "connection_id": connection.id if connection else None,
                "connection_name": connection.name if connection else GONE_CONNECTION,
                "destination_id": connection.destination if connection else world.destinations[0].id,
                "schema_name": world.tables[table].schema if connection else GONE_CONNECTION,
                "table_name": world.tables[table].name if connection else "conversation_history",
                "free_active_rows": free,
                "paid_active_rows": paying,
                "total_active_rows": free + paying,
            }
        )
    return out


def cost(world: World, usage: Usage) -> list[dict[str, Any]]:
    return [
        {"month_date": iso_date(month), "destination_id": place, "amount_usd": cents / 100}
        for (month, place), cents in usage.cents.items()
    ]


def days(world: World, known: Facts, count: int = 90) -> list[dict[str, Any]]:
    """fct_fivetran_executive_dashboard: the counts of each of the last days."""
    today = int(day_of(world.window.as_of))
    day = day_of(known.moment)
    severe = Counter(int(day_of(one.time)) for one in known.told if one.severity == SEVERE)
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
    """fct_fivetran_daily_api_usage by the day of each event; of the cast only, bulk connections aside."""
    queries = world.queries
    owner = world.syncs.connection[queries.sync]
    bulk = np.array([connection.bulk for connection in world.connections])
    keep = ~bulk[owner]
    keys = np.stack([owner[keep], day_of(queries.time[keep])], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    calls = np.zeros(len(unique), dtype=np.int64)
    np.add.at(calls, inverse.reshape(-1), queries.queries[keep])
    totals = {tuple(key): amount for key, amount in zip(unique.tolist(), calls.tolist(), strict=True)}
    for row in single_calls(world):
        key = row.connection, int(day_of(row.time))
        totals[key] = totals.get(key, 0) + 1
    return [
        {"connection_id": world.connections[number].id, "activity_date": iso_date(day * DAY), "api_calls": amount}
        for (number, day), amount in sorted(totals.items())
    ]


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
    if failure is not None and syncs.end_damage[at] == 0 and failure.status in FAILED:
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


def issue_counts(world: World, known: Facts) -> dict[str, Any]:
    """fct_fivetran_error_monitoring: counts, and what recurs (where a connection and its types show one text only)."""
    counts = Counter(
        (world.connection_id(one.connection), "SEVERE" if one.severity == SEVERE else "WARNING", one.source)
        for one in known.told
    )
    # the end of a failed sync repeats the text of the error before it: they are one kind
    texts: dict[tuple[int, str], list[Told]] = defaultdict(list)
    texts_of_type: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in known.told:
        text = one.template.removeprefix("end ")
        texts[one.connection, text].append(one)
        texts_of_type[one.connection, one.error_type].add(text)
    kinds = []
    for (number, text), told in sorted(texts.items(), key=lambda item: (item[0][0], item[0][1])):
        types = sorted({one.error_type for one in told})
        if any(len(texts_of_type[number, name]) != 1 for name in types) or not all(one.message for one in told):
            continue
        category = FAILURES.get(text)
        in_syncs = {one.sync for one in told if one.sync >= 0}
        loose = {int(day_of(one.time)) for one in told if one.sync < 0}
        times = [one.time for one in told]
        kinds.append(
            {
                "connection_id": world.connection_id(number),
                "error_types": types,
                "error_category": category.category if category else None,
                "is_recurring_error": len(in_syncs) >= 2 or len(loose) >= 2,
                "occurrences": len(told),
                "first_seen_at": iso(min(times)),
                "last_seen_at": iso(max(times)),
                "sample_message": told[0].message[:300],
            }
        )
    return {
        "counts": [
            {"connection_id": connection, "severity": severity, "log_source": source, "issues": number}
            for (connection, severity, source), number in sorted(
                counts.items(), key=lambda item: tuple(map(str, item[0]))
            )
        ],
        "kinds": kinds,
    }


def _rate(good: np.ndarray, bad: np.ndarray) -> float | None:
    both = int(good.sum() + bad.sum())
    return float(good.sum() / both) if both else None


def _streak(status: np.ndarray) -> int:
    """Failed syncs since the last successful one; `status` by moment."""
    count = 0
    for name in status[::-1]:
        if name == "successful":
            break
        count += name == "failed"
    return count


def _grouped(keys: np.ndarray, groups: int) -> list[np.ndarray]:
    order = np.argsort(keys, kind="stable")
    edges = np.searchsorted(keys[order], np.arange(groups + 1))
    return [order[edges[number] : edges[number + 1]] for number in range(groups)]
