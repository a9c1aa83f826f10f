"""What each sync came to, from the drawn syncs with numpy, never from the log: what several sections need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..clock import HOUR, NEVER
from ..history import FAILED
from ..model import CANCELED, CUT, RESCHEDULED, SEVERE, SUCCESSFUL, UNFINISHED, UPDATED, WARNING, LogRow
from ..world import World
from .thresholds import RUNNING_HOURS

STATUS_NAME = {SUCCESSFUL: "successful", 1: "failed", 2: "failed", RESCHEDULED: "rescheduled", CANCELED: "canceled"}


@dataclass
class CountedIssue:
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
    is_echo: bool = False


@dataclass
class Facts:
    """Per sync: everything that several sections need."""

    moment: np.ndarray
    status: np.ndarray  # text
    rows: np.ndarray  # (syncs, 3)
    tables: np.ndarray
    calls: np.ndarray
    counts_single_calls: np.ndarray  # whether single events tell of more calls than its summaries
    extracted: np.ndarray  # -1 where no extract_summary tells
    errors: np.ndarray
    warnings: np.ndarray
    issues: list[CountedIssue]


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
    # The same calls, told in summaries and one by one: the larger figure counts.
    summarised, single = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    in_summary = queries.kind == 0
    np.add.at(summarised, queries.sync[in_summary], queries.queries[in_summary])
    np.add.at(single, queries.sync[~in_summary], queries.queries[~in_summary])
    for row in single_calls(world):
        single[row.sync] += 1
    calls = np.maximum(summarised, single)
    extracted = np.zeros(count, dtype=np.int64)
    summaries = queries.kind == 0
    np.add.at(extracted, queries.sync[summaries], queries.rows[summaries])
    extracted[np.bincount(queries.sync[summaries], minlength=count) == 0] = -1
    told = issues(world)
    errors, warnings = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for one in told:
        if one.sync >= 0 and not one.is_echo:
            (errors if one.severity == SEVERE else warnings)[one.sync] += 1
    return Facts(
        moment, status_names(world), rows, tables, calls, single > summarised, extracted, errors, warnings, told
    )


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


def issues(world: World) -> list[CountedIssue]:
    """Every issue once: events of their own, failed or postponed sync_ends, SDK records."""
    out: list[CountedIssue] = []
    for issue in world.issues:
        out.append(
            CountedIssue(
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
                CountedIssue(
                    row.time, row.connection, row.sync, row.severity, row.event, row.event, "log", row.event, ""
                )
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
            CountedIssue(
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
    _find_echoes(out)
    return out


def _find_echoes(told: list[CountedIssue]) -> None:
    """A failed end counts only where its sync tells of no other error: one failure, one error."""
    explained = {one.sync for one in told if one.severity == SEVERE and one.event != "sync_end"}
    for one in told:
        if one.sync >= 0 and one.severity == SEVERE and one.event == "sync_end":
            one.is_echo = one.sync in explained
            explained.add(one.sync)


def _attribute(world: World, told: list[CountedIssue]) -> None:
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


def grouped(keys: np.ndarray, groups: int) -> list[np.ndarray]:
    order = np.argsort(keys, kind="stable")
    edges = np.searchsorted(keys[order], np.arange(groups + 1))
    return [order[edges[number] : edges[number + 1]] for number in range(groups)]
