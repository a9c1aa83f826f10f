"""Writes the log: from sync columns to events, a stretch of syncs at a time, so that memory stays bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import text
from .clock import DAY, NEVER, SECOND, iso, timestamps
from .messages import record
from .model import (
    ABSENT,
    CUT,
    DOUBLE,
    INFO,
    OPERATION_TEXT,
    SEVERITY_TEXT,
    STATUS_TEXT,
    SUCCESSFUL,
    UNFINISHED,
    UPDATED,
    Failure,
)
from .world import World

EVENTS = [
    "sync_start",
    "sync_end",
    "sync_stats",
    "extract_summary",
    "api_call",
    "sql_query",
    "write_to_table_start",
    "write_to_table_end",
    "records_modified",
    "read_start",
    "read_end",
    "import_progress",
    "processed_records",
    "update_state",
    "info",
    "copy_rows",
]
CODE = {event: code for code, event in enumerate(EVENTS)}
_NOISE = np.array([CODE[event] for event in EVENTS[9:]], dtype=np.int16)
_NOISE_DATA = {
    "read_start": '{{"table":"{table}"}}',
    "read_end": '{{"table":"{table}"}}',
    "import_progress": '{{"table":"{table}","progress":0.5}}',
    "processed_records": '{{"table":"{table}","recordsCount":1000}}',
    "update_state": '{{"state":{{"cursor":"************","table":"{table}"}}}}',
    "info": '{{"type":"extract","message":"Reading table {table}"}}',
    "copy_rows": '{{"schema":"{schema}","name":"{table}"}}',
}
STRETCH = 24_000  # syncs written at a time: some 300,000 rows
REPEATED = 0.003  # share of rows that are delivered twice


class _Batch:
    """Events being collected: time, connection, sync, event code, severity, data."""

    def __init__(self) -> None:
        self.columns: list[tuple[np.ndarray, ...]] = []
        self.data: list[pa.Array] = []

    def add(self, event: str | np.ndarray, time, connection, sync, data: pa.Array | None = None, severity=INFO) -> None:
        count = len(time)
        if not count:
            return
        code = np.full(count, CODE[event], dtype=np.int16) if isinstance(event, str) else event
        stamp = np.full(count, severity, dtype=np.int8) if np.isscalar(severity) else severity
        self.columns.append((time, connection, sync, code, stamp))
        self.data.append(data if data is not None else pa.nulls(count, pa.string()))


def sync_end_data(status: int, failure: Failure | None) -> str:
    """message_data of a sync_end."""
    if failure is None:
        return record(status=STATUS_TEXT[status])
    return record(
        status=STATUS_TEXT[status],
        reason=failure.reason,
        taskType=failure.task,
        rescheduledAt=iso(failure.rescheduled_at) + "Z" if failure.rescheduled_at else None,
    )


class LogWriter:
    """Turns a World into the log's record batches."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("log")
        # Messages that depend only on the table are written once.
        spelling = []
        for table, connection in zip(world.tables, world.table_connection, strict=True):
            key = "operationType" if world.connections[connection].camel else "operation_type"
            for operation in OPERATION_TEXT:
                spelling.append(record(schema=table.schema, table=table.name, **{key: operation})[:-1] + ',"count":')
        self.records_prefix = pa.array(spelling, type=pa.string())
        self.table_data = pa.array([record(table=table.name) for table in world.tables], type=pa.string())
        self.noise_data = pa.array(
            [
                _NOISE_DATA[EVENTS[code]].format(schema=table.schema, table=table.name)
                for code in _NOISE
                for table in world.tables
            ],
            type=pa.string(),
        )
        self.failure_data = pa.array(
            [sync_end_data(failure.status, failure) for failure in world.failures], type=pa.string()
        )
        self.plain_end = pa.array([record(status=status) for status in STATUS_TEXT], type=pa.string())
        everyone = range(len(world.connections) + 1)
        self.connection_ids = pa.array([world.connection_id(number) for number in everyone], type=pa.string())
        self.camel = np.array([connection.camel for connection in world.connections])
        first = np.full(len(world.connections), -1)
        count = np.zeros(len(world.connections), dtype=np.int64)
        for number, owner in enumerate(world.table_connection):
            first[owner] = number if first[owner] < 0 else first[owner]
            count[owner] += 1
        self.first_table, self.table_count = first, count
        self.events = pa.array(EVENTS)
        self.severities = pa.array(SEVERITY_TEXT)

    def batches(self) -> Iterator[pa.Table]:
        """Row groups of the log: the syncs by start, then everything else."""
        world = self.world
        total = len(world.syncs)
        for begin in range(0, total, STRETCH):
            yield self._stretch(begin, min(begin + STRETCH, total))
        yield self._others()

    def _stretch(self, begin: int, end: int) -> pa.Table:
        batch = _Batch()
        self._frames(batch, begin, end)
        self._queries(batch, begin, end)
        self._writes(batch, begin, end)
        self._noise(batch, begin, end)
        time, connection, sync, code, severity = (np.concatenate(column) for column in zip(*batch.columns, strict=True))
        data = pa.concat_arrays(batch.data)
        keep = np.flatnonzero(time <= self.world.window.as_of)
        order = keep[np.lexsort((code[keep], connection[keep], time[keep]))]
        return self._table(
            time[order],
            connection[order],
            sync[order],
            self.events.take(pa.array(code[order])),
            severity[order],
            data.take(pa.array(order)),
            text.base64_ids(self.rng, len(order)),
        )

    def _frames(self, batch: _Batch, begin: int, end: int) -> None:
        """sync_start, sync_stats, sync_end."""
        syncs, world = self.world.syncs, self.world
        here = np.arange(begin, end)
        owner = syncs.connection[here]
        braces = pa.array(["{}", None]).take(pa.array((owner % 2).astype(np.int8)))
        batch.add("sync_start", syncs.start[here], owner, here, braces)

        for which, back, share in ((syncs.two_stats, 140, 2), (syncs.has_stats, 40, 1)):
            at = here[which[begin:end]]
            if world.names == "oldest":
                continue
            total = (syncs.extract[at] + syncs.process[at] + syncs.load[at]) // share
            stats = text.join(
                '{"extract_time_s":',
                text.thousandths(syncs.extract[at] // share),
                ',"extract_volume_mb":',
                text.thousandths(syncs.extract_kb[at] // share),
                ',"process_time_s":',
                text.thousandths(syncs.process[at] // share),
                ',"process_volume_mb":',
                text.thousandths(syncs.process_kb[at] // share),
                ',"load_time_s":',
                text.thousandths(syncs.load[at] // share),
                ',"load_volume_mb":',
                text.thousandths(syncs.load_kb[at] // share),
                ',"total_time_s":',
                text.thousandths(total),
                "}",
            )
            batch.add("sync_stats", syncs.end[at] - back, syncs.connection[at], at, stats)

        ended = here[syncs.status[begin:end] != UNFINISHED]
        data = text.pick(self.plain_end, syncs.status[ended])
        if len(self.failure_data):
            index = syncs.text[ended]
            with_reason = self.failure_data.take(pa.array(np.maximum(index, 0)))
            data = pc.if_else(pa.array(index >= 0), with_reason, data)
        if world.names == "oldest":
            data = pc.if_else(pa.array(syncs.status[ended] == SUCCESSFUL), pa.scalar(None, pa.string()), data)
        damaged = np.flatnonzero(syncs.end_damage[ended])
        if len(damaged):
            spelled = data.to_pylist()
            for at in damaged:
                spelled[at] = _damage(spelled[at], int(syncs.end_damage[ended[at]]))
            data = pa.array(spelled, type=pa.string())
        batch.add("sync_end", syncs.end[ended], syncs.connection[ended], ended, data, syncs.severity[ended])

    def _queries(self, batch: _Batch, begin: int, end: int) -> None:
        queries = self.world.queries
        low, high = np.searchsorted(queries.sync, [begin, end])
        if low == high:
            return
        part = slice(low, high)
        sync, kind = queries.sync[part], queries.kind[part]
        owner = self.world.syncs.connection[sync]
        summary = np.flatnonzero(kind == 0)
        rows = np.arange(low, high)[summary]
        key = text.pick(
            ['{"status":"SUCCESS","total_queries":', '{"status":"SUCCESS","totalQueries":'],
            (self.camel[owner[summary]] ^ (rows % 5 == 0)).astype(np.int8),
        )
        data = text.join(
            key, text.integers(queries.queries[rows]), ',"total_rows":', text.integers(queries.rows[rows]), "}"
        )
        batch.add("extract_summary", queries.time[rows], owner[summary], sync[summary], data)
        calls = np.flatnonzero(kind == 1)
        uris = [f'{{"method":"GET","uri":"https://api.example.com/v2/{name}"}}' for name in ("a", "b", "objects/list")]
        batch.add("api_call", queries.time[part][calls], owner[calls], sync[calls], text.pick(uris, calls % 3))
        statements = np.flatnonzero(kind == 2)
        data = text.join(
            '{"query":"SELECT * FROM t WHERE updated_at > ?","number":',
            text.integers(statements % 9 + 1),
            ',"executionTime":',
            text.integers(statements % 977 + 20),
            "}",
        )
        batch.add("sql_query", queries.time[part][statements], owner[statements], sync[statements], data)

    def _writes(self, batch: _Batch, begin: int, end: int) -> None:
        writes = self.world.writes
        low, high = np.searchsorted(writes.sync, [begin, end])
        if low == high:
            return
        here = np.arange(low, high)
        owner = self.world.syncs.connection[writes.sync[here]]
        data = text.pick(self.table_data, writes.table[here])
        batch.add("write_to_table_start", writes.start[here], owner, writes.sync[here], data)
        for back, which in ((7, (writes.ends[here] > 1)), (0, np.ones(len(here), dtype=bool))):
            at = np.flatnonzero(which & (writes.end[here] != NEVER))
            batch.add(
                "write_to_table_end",
                writes.end[here[at]] - back,
                owner[at],
                writes.sync[here[at]],
                data.take(pa.array(at)),
            )
        for operation in range(3):
            at = np.flatnonzero(writes.rows[here, operation] > 0)
            rows = here[at]
            told = text.join(
                text.pick(self.records_prefix, writes.table[rows].astype(np.int64) * 3 + operation),
                text.integers(writes.rows[rows, operation]),
                "}",
            )
            damaged = np.flatnonzero(writes.damage[rows])
            if len(damaged):
                spelled = told.to_pylist()
                for bad in damaged:
                    kind = int(writes.damage[rows[bad]])
                    if kind == DOUBLE or operation == UPDATED:
                        spelled[bad] = _damage(spelled[bad], kind)
                told = pa.array(spelled, type=pa.string())
            batch.add("records_modified", writes.records[rows] + 3 * operation, owner[at], writes.sync[rows], told)

    def _noise(self, batch: _Batch, begin: int, end: int) -> None:
        syncs = self.world.syncs
        many = syncs.noise[begin:end]
        sync = np.repeat(np.arange(begin, end), many)
        if not len(sync):
            return
        owner = syncs.connection[sync]
        finish = np.where(syncs.end[sync] == NEVER, syncs.start[sync] + 30 * SECOND, syncs.end[sync])
        time = (
            syncs.start[sync] + 100 + (self.rng.random(len(sync)) * (finish - syncs.start[sync] - 300)).astype(np.int64)
        )
        kind = self.rng.integers(0, len(_NOISE), len(sync))
        table = self.first_table[owner] + self.rng.integers(0, 1 << 20, len(sync)) % np.maximum(
            self.table_count[owner], 1
        )
        data = text.pick(self.noise_data, kind * len(self.world.tables) + table)
        batch.add(_NOISE[kind], time, owner, sync, data)

    def _others(self) -> pa.Table:
        """Errors, warnings, actions, schema and account events."""
        world = self.world
        rows = [
            (i.time, i.connection, i.sync, i.event, i.severity, i.data, None) for i in world.issues if i.source == "log"
        ]
        rows += [(r.time, r.connection, r.sync, r.event, r.severity, r.data, r.id) for r in world.rows]
        rows = [row for row in rows if row[0] <= world.window.as_of]
        rows.sort(key=lambda row: (row[0], row[1], row[3], row[5] or ""))
        if not rows:
            return self._table(
                *(np.empty(0, dtype=np.int64),) * 3,
                pa.array([], pa.string()),
                np.empty(0, dtype=np.int8),
                pa.array([], pa.string()),
                pa.array([], pa.string()),
            )
        time, connection, sync, event, severity, data, given = zip(*rows, strict=True)
        drawn = text.base64_ids(self.rng, len(rows)).to_pylist()
        ids = pa.array([own or other for own, other in zip(given, drawn, strict=True)], type=pa.string())
        return self._table(
            np.array(time, dtype=np.int64),
            np.array(connection),
            np.array(sync),
            pa.array(event, type=pa.string()),
            np.array(severity, dtype=np.int8),
            pa.array(data, type=pa.string()),
            ids,
        )

    def _table(self, time, connection, sync, event: pa.Array, severity, data: pa.Array, ids: pa.Array) -> pa.Table:
        world = self.world
        arrived = world.arrival(time) + (np.arange(len(time)) % 9000)
        twice = np.flatnonzero((self.rng.random(len(time)) < REPEATED) & (arrived < world.window.as_of - DAY))
        every = np.concatenate([np.arange(len(time)), twice])
        arrived = np.concatenate([arrived, arrived[twice] + DAY])
        take = pa.array(every)
        connection, sync = connection[every], sync[every]
        columns = {
            "id": ids.take(take),
            "time_stamp": timestamps(time[every]),
            "connection_id": self.connection_ids.take(pa.array(connection, mask=connection < 0)),
            "event": self.severities.take(pa.array(severity[every])),
            "message_event": event.take(take),
            "message_data": data.take(take),
            "sync_id": world.sync_ids.take(pa.array(sync, mask=sync < 0)),
            "_fivetran_synced": timestamps(arrived),
        }
        return pa.table(columns)


def _damage(data: str | None, kind: int) -> str | None:
    """A record as it arrives damaged."""
    if kind == ABSENT or data is None:
        return None
    if kind == DOUBLE:
        return json.dumps(data)
    if kind == CUT:
        # Short of the count, or (a sync_end) within the status or the reason.
        at = data.rfind('"count"')
        return data[: at + 4] if at > 0 else data[: max(len(data) * 2 // 3, 4)] if '"reason"' in data else data[:5]
    return data
