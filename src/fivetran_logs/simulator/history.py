"""Draws what every connection did: its syncs, the tables they wrote, the queries they sent, the errors they met."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from .account import PROD
from .catalogue import CONNECTOR_TYPES
from .clock import DAY, HOUR, MINUTE, NEVER, SECOND, Window, hour, next_month, weekday
from .incidents import suspended_warehouse
from .messages import FAILURES, PRIORITY_FIRST_REASON, RATE_LIMIT_REASON, WARNINGS, fill, record
from .model import (
    CANCELED,
    DELETED,
    FAILURE,
    FAILURE_WITH_TASK,
    INFO,
    RESCHEDULED,
    SEVERE,
    SUCCESSFUL,
    UNFINISHED,
    UPDATED,
    WARNING,
    WHOLE,
    Connection,
    Draft,
    Failure,
    Issue,
    Queries,
    Syncs,
    Table,
    Writes,
)

FAILED = (FAILURE, FAILURE_WITH_TASK)
# An hour's share of the day's volume, relative to the mean: people sleep.
_HOURS = np.array([4, 3, 3, 3, 4, 6, 9, 13, 17, 20, 22, 22, 21, 21, 20, 19, 18, 17, 16, 16, 15, 12, 9, 6]) / 13.17
SHORTEST = 6.0  # seconds; leaves every event of a sync a millisecond of its own


def draw(connections: list[Connection], window: Window, seed: int) -> dict:
    """All histories, syncs by start.

    Gives syncs, writes, queries, issues, failures, tables and table_connection for World.
    """
    drawn: dict[str, list] = {"syncs": [], "writes": [], "queries": []}
    issues: list[Issue] = []
    failures: list[Failure] = []
    tables: list[Table] = []
    owner: list[int] = []
    before = 0
    for position, connection in enumerate(connections):
        rng = np.random.default_rng([seed, 1, *connection.id.encode()])
        draft = _draft(connection, window, rng)
        first_table = len(tables)
        tables.extend(connection.tables)
        owner.extend([position] * len(connection.tables))
        if len(draft.start) == 0:
            continue
        syncs = _syncs(draft, position, failures)
        writes = _writes(draft, syncs, first_table)
        queries = _queries(draft, syncs, writes)
        issues.extend(_issues(draft, syncs, position, before))
        writes.sync += before
        queries.sync += before
        before += len(syncs)
        drawn["syncs"].append(syncs)
        drawn["writes"].append(writes)
        drawn["queries"].append(queries)
    syncs, writes, queries = (_concatenate(drawn[name]) for name in ("syncs", "writes", "queries"))

    order = np.lexsort((syncs.connection, syncs.start))
    rank = np.empty(before, dtype=np.int64)
    rank[order] = np.arange(before)
    _reorder(syncs, order)
    for part in (writes, queries):
        part.sync = rank[part.sync]
        _reorder(part, np.argsort(part.sync, kind="stable"))
    for issue in issues:
        issue.sync = int(rank[issue.sync])
    issues.sort(key=lambda issue: (issue.time, issue.connection, issue.sync))
    _clip(syncs, writes, queries, window.as_of)
    issues = [issue for issue in issues if issue.time <= window.as_of]
    return {
        "syncs": syncs,
        "writes": writes,
        "queries": queries,
        "issues": issues,
        "failures": failures,
        "tables": tables,
        "table_connection": np.array(owner, dtype=np.int32),
    }


def no_history(connections: list[Connection]) -> dict:
    """The same as `draw` of connections that never synced."""

    def empty(kind: type) -> Any:
        parts = {part.name: np.zeros(0, dtype=np.int64) for part in fields(kind)}
        return kind(**parts | ({"rows": np.zeros((0, 3), dtype=np.int64)} if kind is Writes else {}))

    return {
        "syncs": empty(Syncs),
        "writes": empty(Writes),
        "queries": empty(Queries),
        "issues": [],
        "failures": [],
        "tables": [table for connection in connections for table in connection.tables],
        "table_connection": np.array([n for n, one in enumerate(connections) for _ in one.tables], dtype=np.int32),
    }


def events_of(drawn: dict) -> int:
    """Log rows that the drawn syncs make, noise aside."""
    syncs, writes, queries = drawn["syncs"], drawn["writes"], drawn["queries"]
    ended = int((syncs.status != UNFINISHED).sum())
    frames = len(syncs) + ended + int(syncs.has_stats.sum()) + int(syncs.two_stats.sum())
    written = len(writes.sync) + int(writes.ends[writes.end != NEVER].sum()) + int((writes.rows > 0).sum())
    return frames + written + len(queries.sync) + len(drawn["issues"])


def expected_events(connection: Connection, window: Window) -> float:
    """About how many log rows a connection makes, noise aside."""
    if connection.schedule == "none":
        return 0
    begin, end = max(connection.first, window.start), min(connection.last, window.as_of)
    if connection.was and connection.was[0] > begin:
        syncs_before = (connection.was[0] - begin) / (connection.was[1] * MINUTE)
        begin = connection.was[0]
    else:
        syncs_before = 0
    syncs = syncs_before + max(end - begin, 0) / (
        12 * HOUR if connection.schedule == "irregular" else connection.frequency * MINUTE
    )
    operations = [sum(share > 0 for share in table.mix) for table in connection.tables]
    tables = sum(table.changes * (2 + some * 0.85) for table, some in zip(connection.tables, operations, strict=True))
    return syncs * (5.3 + tables)


def _draft(connection: Connection, window: Window, rng: np.random.Generator) -> Draft:
    start = _schedule(connection, window, rng)
    count = len(start)
    step = connection.frequency * 60.0
    seconds = connection.seconds * rng.lognormal(0, 0.16, count)
    status = np.zeros(count, dtype=np.int8)
    failure = np.full(count, "", dtype=object)
    dice = rng.random(count)
    for code, rate, kind in (
        (FAILURE, connection.failure_rate, connection.failure),
        (RESCHEDULED, connection.reschedule_rate, "rate_limit"),
        (CANCELED, connection.cancel_rate, ""),
    ):
        which = (dice >= 0) & (dice < rate)
        status[which] = code
        failure[which] = kind
        dice = np.where(which, -1, dice - rate)
    week = np.where(weekday(start) >= 5, connection.weekend, 1.0)
    day = _HOURS[hour(start)] if connection.frequency < 720 else 1.0
    growth = connection.growth ** ((start - window.start) / (100 * DAY))
    volume = week * day * growth
    seconds *= 0.7 + 0.3 * np.minimum(volume, 3)  # more rows take longer
    draft = Draft(connection, window.as_of, rng, start, seconds, status, failure, volume)
    if connection.shape is not None and count:
        connection.shape(draft)
    if connection.destination == PROD:
        suspended_warehouse(draft)
    # A sync that fails does so early.
    failed = np.isin(draft.status, FAILED)
    draft.seconds[failed] *= 0.4
    longest = step * (1.3 if connection.overlaps else 0.8)
    if connection.schedule == "irregular":
        longest = 0.5 * HOUR / SECOND
    draft.seconds = np.clip(draft.seconds, SHORTEST, max(longest, SHORTEST))
    if connection.bulk or (connection.schedule == "regular" and not connection.overlaps):
        gap = np.diff(draft.start, append=draft.start[-1:] + 2**40 if count else 0) / SECOND
        draft.seconds = np.minimum(draft.seconds, np.maximum(gap - 2, SHORTEST))
    return draft


def _schedule(connection: Connection, window: Window, rng: np.random.Generator) -> np.ndarray:
    """Starts of the syncs (ms). Fivetran offsets them by up to an hour and drifts a little."""
    begin = max(connection.first, window.start)
    end = min(connection.last, window.as_of)
    if connection.schedule == "none" or begin >= end:
        return np.empty(0, dtype=np.int64)
    step = connection.frequency * MINUTE if connection.schedule != "irregular" else HOUR
    if connection.schedule == "anchored":
        return end - np.arange((end - begin) // step + 1, dtype=np.int64)[::-1] * step
    if connection.schedule == "irregular":
        slots = np.arange((end - begin) // step, dtype=np.int64)
        busy = np.where(weekday(begin + slots * step) >= 5, 0.03, 0.1)
        slots = slots[rng.random(len(slots)) < busy]
        return begin + slots * step + rng.integers(0, step // 3, len(slots))
    if connection.was and connection.was[0] > begin:
        before = replace(connection, frequency=connection.was[1], was=None, last=min(connection.was[0], end))
        after = replace(connection, was=None, first=connection.was[0])
        return np.concatenate([_schedule(before, window, rng), _schedule(after, window, rng)])
    count = (end - begin) // step + 1
    offset = int(rng.integers(1, min(step, HOUR) // 2))
    drift = rng.integers(0, max(min(step // 20, 3 * MINUTE), 2), count)
    start = begin + offset + np.arange(count, dtype=np.int64) * step + drift
    return start[start < end]


def _syncs(draft: Draft, position: int, failures: list[Failure]) -> Syncs:
    connection, rng, count = draft.connection, draft.rng, len(draft.start)
    duration = np.round(draft.seconds * SECOND).astype(np.int64)
    end = draft.start + duration
    severity = np.zeros(count, dtype=np.int8)
    failed = np.isin(draft.status, FAILED)
    # A failed sync_end is not always SEVERE.
    severity[failed] = rng.choice([SEVERE, SEVERE, SEVERE, INFO, WARNING], int(failed.sum()))
    severity[draft.status == RESCHEDULED] = WARNING
    text = np.full(count, -1, dtype=np.int32)
    for at in np.flatnonzero((draft.failure != "") | failed):
        text[at] = len(failures)
        failures.append(_failure(draft, int(at), int(end[at]), int(severity[at])))
    end[draft.status == UNFINISHED] = NEVER

    shares = np.array(connection.stages) * rng.uniform(0.85, 1.15, (count, 3))
    shares /= shares.sum(axis=1, keepdims=True)
    stages = np.floor((duration - 400)[:, None] * shares).astype(np.int64)
    has_stats = draft.status == SUCCESSFUL
    rows = np.maximum(draft.volume, 0.01) * sum(table.rows_per_day for table in connection.tables)
    kilobytes = np.maximum(rows * connection.frequency / 1440 * rng.uniform(0.12, 0.2, count), 1)
    return Syncs(
        connection=np.full(count, position, dtype=np.int32),
        start=draft.start.astype(np.int64),
        end=end,
        status=draft.status,
        severity=severity,
        text=text,
        extract=stages[:, 0],
        process=stages[:, 1],
        load=stages[:, 2],
        extract_kb=kilobytes.astype(np.int64),
        process_kb=(kilobytes * 1.1).astype(np.int64),
        load_kb=(kilobytes * 0.7).astype(np.int64),
        has_stats=has_stats,
        two_stats=has_stats & (rng.random(count) < 0.004),
        end_damage=np.full(count, WHOLE, dtype=np.int8),
        noise=np.zeros(count, dtype=np.int32),
    )


def _failure(draft: Draft, at: int, end: int, severity: int) -> Failure:
    kind, status = str(draft.failure[at]), int(draft.status[at])
    if status == RESCHEDULED:
        later = end + 30 * MINUTE if kind == "priority_first" else min(next_month(end), end + 6 * HOUR)
        text = PRIORITY_FIRST_REASON if kind == "priority_first" else fill(RATE_LIMIT_REASON, draft.rng, later)
        return Failure(status, severity, text, None, kind, later)
    failing = FAILURES[kind]
    task = (failing.task or "reconnect") if status == FAILURE_WITH_TASK else None
    return Failure(status, severity, fill(failing.message, draft.rng, end), task, kind)


def _writes(draft: Draft, syncs: Syncs, first_table: int) -> Writes:
    connection, rng, count = draft.connection, draft.rng, len(syncs)
    tables = connection.tables
    change = rng.random((count, len(tables))) < np.array([table.changes for table in tables])
    change &= (draft.volume > 0)[:, None]
    per_day = 1440 / connection.frequency
    mean = np.array([table.rows_per_day / max(table.changes, 1e-9) / per_day for table in tables])
    total = mean[None, :] * draft.volume[:, None] * rng.lognormal(-0.06, 0.35, (count, len(tables)))
    total = np.where(change, np.maximum(np.rint(total), 1), 0).astype(np.int64)
    # Now and then a table is written although nothing in it changed.
    empty = ~change & (rng.random(change.shape) < connection.empty_writes)
    # A sync that does not get through writes half of its tables, most failed ones none.
    reach = np.ones(count)
    failed = np.isin(draft.status, FAILED)
    reach[failed] = 0.15
    reach[(draft.status == CANCELED) | (draft.status == RESCHEDULED) | (draft.status == UNFINISHED)] = 0.5
    written = (change | empty) & (rng.random(change.shape) < reach[:, None])
    sync, table = np.nonzero(written)

    mix = np.array([table.mix for table in tables])[table]
    amount = total[sync, table]
    rows = np.zeros((len(sync), 3), dtype=np.int64)
    rows[:, UPDATED] = np.floor(amount * mix[:, UPDATED] * rng.uniform(0.8, 1.0, len(sync)))
    rows[:, DELETED] = np.floor(amount * mix[:, DELETED] * rng.uniform(0, 1.0, len(sync)))
    rows[:, 0] = amount - rows[:, UPDATED] - rows[:, DELETED]

    per_sync = written.sum(axis=1)
    turn = (np.cumsum(written, axis=1) - 1)[sync, table]
    begin = syncs.start[sync] + syncs.extract[sync] + syncs.process[sync]
    slot = np.maximum(syncs.load[sync] // per_sync[sync], 40)
    start = begin + turn * slot
    end = start + slot * 7 // 10
    # Fivetran reports the records before or after the write ends.
    after = (rng.random(len(sync)) < 0.25) & (not connection.writes_in_turn)
    records = np.where(after, end + slot // 20 + 1, start + slot * 4 // 10)
    ends = np.where(rng.random(len(sync)) < 0.01, 2, 1)
    return Writes(
        sync=sync.astype(np.int64),
        table=(table + first_table).astype(np.int32),
        start=start,
        end=end,
        records=records,
        rows=rows,
        damage=np.full(len(sync), WHOLE, dtype=np.int8),
        ends=ends.astype(np.int8),
    )


def _queries(draft: Draft, syncs: Syncs, writes: Writes) -> Queries:
    """One to three extract_summary events a sync, at the end of its extraction."""
    connection, rng, count = draft.connection, draft.rng, len(syncs)
    pieces = rng.choice([1, 1, 1, 2, 3], count)
    pieces[np.isin(draft.status, FAILED) & (rng.random(count) < 0.5)] = 0
    sync = np.repeat(np.arange(count), pieces)
    turn = np.arange(len(sync)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    extracted = np.zeros(count, dtype=np.int64)
    np.add.at(extracted, writes.sync, writes.rows.sum(axis=1))
    portion = extracted[sync] // np.maximum(pieces[sync], 1)
    return Queries(
        sync=sync.astype(np.int64),
        time=syncs.start[sync] + 500 + (syncs.extract[sync] - 500) * (turn + 1) // pieces[sync],
        queries=1 + rng.poisson(connection.calls / np.maximum(pieces[sync], 1)),
        rows=portion,
        kind=np.zeros(len(sync), dtype=np.int8),
    )


def _issues(draft: Draft, syncs: Syncs, position: int, before: int) -> list[Issue]:
    """Error events of failed syncs, 30 ms before their end, and warnings on the way."""
    connection, rng = draft.connection, draft.rng
    out: list[Issue] = []
    for at in np.flatnonzero(np.isin(draft.status, FAILED)):
        kind = str(draft.failure[at])
        failing, time = FAILURES[kind], int(syncs.end[at]) - 30
        message = fill(failing.message, rng, time)
        data = record(type=failing.error_type, message=message)
        out.append(Issue(time, position, before + int(at), SEVERE, "error", failing.error_type, kind, data, message))
    if connection.warning_rate:
        error_type, text = WARNINGS[CONNECTOR_TYPES[connection.type_id][1]]
        for at in np.flatnonzero((rng.random(len(syncs)) < connection.warning_rate) & (draft.status == SUCCESSFUL)):
            time = int(syncs.start[at] + syncs.extract[at] // 2)
            message = fill(text, rng, time)
            data = record(type=error_type, message=message)
            out.append(
                Issue(time, position, before + int(at), WARNING, "warning", error_type, error_type, data, message)
            )
    return out


def _clip(syncs: Syncs, writes: Writes, queries: Queries, as_of: int) -> None:
    """Takes away what has not happened yet at as_of."""
    ahead = syncs.end > as_of
    syncs.status[ahead] = UNFINISHED
    syncs.end[ahead] = NEVER
    syncs.text[ahead] = -1
    syncs.has_stats &= syncs.status == SUCCESSFUL
    syncs.two_stats &= syncs.has_stats
    _reorder(writes, np.flatnonzero(writes.start <= as_of))
    writes.end[writes.end > as_of] = NEVER
    writes.rows[writes.records + 6 > as_of] = 0
    _reorder(queries, np.flatnonzero(queries.time <= as_of))


def _concatenate(parts: list):
    first = parts[0]
    return type(first)(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(first)})


def _reorder(part, order: np.ndarray) -> None:
    for f in fields(part):
        setattr(part, f.name, getattr(part, f.name)[order])
