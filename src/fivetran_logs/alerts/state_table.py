"""What was told to whom, in a table of the target's schema: for schedulers that keep no file between runs.

The table only grows within a run, so it needs no transactions and works on every engine that dbt reaches. A state is
one number and one row for each piece of its text; the newest number with all its pieces counts. A lock is a row too.
What is outdated is deleted when a run ends.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeVar

from fivetran_logs.alerts.state import State, from_text, to_text
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Warehouse, open_warehouse
from fivetran_logs.failures.errors import UserError

TABLE = "fivetran_logs_alert_state"
LEASE_SECONDS = 900  # longer than any pause between two notes: four attempts at a slow address take two minutes
ATTEMPTS = 3  # two runs that ask for the lock at the same moment both step back, then try again
PIECE = 12_000  # characters; fits the shortest text column (Redshift)
PIECES_AT_ONCE = 40  # a statement stays below the shortest limit (BigQuery, 1 MB)
_COLUMNS = "entry, run_id, version_no, part_no, parts, noted_at, body"
# What a string literal, a splitter of statements or Spark's own variables may read otherwise than it is written.
_ESCAPES = {"~": "~0", "\\": "~1", "'": "~2", "$": "~3", ";": "~4", "%": "~5", "{": "~6", "}": "~7", "?": "~8"}
T = TypeVar("T")


class StateTable:
    """The table of the state. All statements run in one thread, because dbt's connections belong to a thread."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._run_id = uuid.uuid4().hex
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._opened: AbstractContextManager[Warehouse] | None = None
        self._warehouse: Warehouse | None = None
        self._table = TABLE
        self._version = 0  # of the newest state that is whole
        self._last_version = 0  # of the newest that was begun
        self._locked_at: float | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._table

    def read(self) -> State:
        """The state; an empty one if there is no table yet. The connection is closed again.

        Raises:
            UserError: no connection, or the state is damaged or of a newer version.
        """
        try:
            return self._in_thread(self._read)
        finally:
            self._in_thread(self._close)

    def prepare(self) -> None:
        """Connects, so that a message and its note are milliseconds apart, not the seconds that a connection takes.

        Raises:
            UserError: no connection.
        """
        self._in_thread(self._open)

    def write(self, state: State) -> None:
        """Writes a new version, and holds the lock for another quarter of an hour.

        Raises:
            UserError: the warehouse refused it, or another run has taken over.
        """
        self._in_thread(lambda: self._write(to_text(state)))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the lock. A run that was killed holds it for a quarter of an hour.

        Raises:
            UserError: another run holds it, or the table cannot be written.
        """
        self._in_thread(self._lock)
        try:
            yield
        finally:
            self._in_thread(self._release)

    # -- in the thread

    def _in_thread(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result()

    def _open(self) -> Warehouse:
        if self._warehouse is None:
            project, _ = open_project(self._options)
            self._opened = open_warehouse(project)
            self._warehouse = self._opened.__enter__()
            self._table = self._warehouse.relation(TABLE)
        return self._warehouse

    def _close(self) -> None:
        if self._opened is not None:
            opened, self._opened, self._warehouse = self._opened, None, None
            opened.__exit__(None, None, None)

    def _lock(self) -> None:
        try:
            self._create()
            for attempt in range(ATTEMPTS):
                self._insert([self._lock_row("lock")])
                # Written first, looked second: of two runs at least one sees the other, whatever their clocks say.
                if not self._others():
                    self._locked_at = time.time()
                    return
                self._insert([self._lock_row("release")])
                if attempt < ATTEMPTS - 1:
                    time.sleep(random.uniform(0.1, 2.0))
        finally:
            self._close()  # the marts are read through a connection of their own
        raise UserError(
            f"Another alert run is at work on {self._table}: this one told nothing. "
            f"One that was killed counts for {LEASE_SECONDS // 60} minutes."
        )

    def _release(self) -> None:
        try:
            self._locked_at = None
            self._insert([self._lock_row("release")])
            with suppress(UserError):  # not every engine can delete; what is outdated does no harm
                self._delete_outdated()
        finally:
            self._close()

    def _create(self) -> None:
        warehouse = self._open()
        if warehouse.has(self._table):
            return
        text = "string" if warehouse.target.type == "bigquery" else "varchar(16000)"
        columns = f"entry {text}, run_id {text}, version_no bigint, part_no bigint, parts bigint, noted_at bigint"
        create = f"create table if not exists {self._table} ({columns}, body {text})"
        try:
            warehouse.execute(create)
        except UserError:  # no build has made the schema yet
            warehouse.execute(f"create schema if not exists {warehouse.own_schema()}")
            warehouse.execute(create)

    def _others(self) -> bool:
        """Whether another run holds the lock."""
        oldest = int(time.time()) - LEASE_SECONDS
        sql = f"""
            select run_id
            from {self._table}
            where entry in ('lock', 'release') and run_id <> '{self._run_id}'
            group by run_id
            having max(case when entry = 'release' then 1 else 0 end) = 0 and max(noted_at) > {oldest}
        """
        return bool(self._open().query(sql).rows)

    def _read(self) -> State:
        warehouse = self._open()
        if not warehouse.has(self._table):
            return State()
        sql = f"""
            select pieces.version_no, pieces.part_no, pieces.body
            from {self._table} as pieces
            inner join (
                select version_no, run_id
                from {self._table}
                where entry = 'state'
                group by version_no, run_id, parts
                having count(distinct part_no) = max(parts)
            ) as whole on pieces.version_no = whole.version_no and pieces.run_id = whole.run_id
            where pieces.entry = 'state'
            order by pieces.version_no, pieces.run_id, pieces.part_no
        """
        rows = warehouse.query(sql).rows
        if not rows:
            return State()
        self._version = self._last_version = int(rows[-1][0])
        newest = []
        for version, part, body in rows:
            if int(part) == 0:
                newest = []
            if int(version) == self._version:
                newest.append(body)
        return from_text(_unescaped("".join(newest)), self._table, "Restore the table from a backup, or drop it")

    def _write(self, text: str) -> None:
        if self._locked_at is not None and time.time() - self._locked_at > LEASE_SECONDS and self._others():
            raise UserError(f"This run paused so long that another has taken over {self._table}: it stops here.")
        self._last_version += 1
        escaped = _escaped(text)
        pieces = [escaped[start : start + PIECE] for start in range(0, len(escaped), PIECE)]
        rows = [
            f"('state', '{self._run_id}', {self._last_version}, {number}, {len(pieces)}, {int(time.time())}, '{piece}')"
            for number, piece in enumerate(pieces)
        ]
        rows.append(self._lock_row("lock"))
        for start in range(0, len(rows), PIECES_AT_ONCE):
            self._insert(rows[start : start + PIECES_AT_ONCE])
        self._version = self._last_version
        self._locked_at = time.time()

    def _lock_row(self, entry: str) -> str:
        return f"('{entry}', '{self._run_id}', 0, 0, 0, {int(time.time())}, '')"

    def _insert(self, rows: list[str]) -> None:
        self._open().execute(f"insert into {self._table} ({_COLUMNS}) values {', '.join(rows)}")

    def _delete_outdated(self) -> None:
        oldest = int(time.time()) - LEASE_SECONDS
        self._open().execute(
            f"delete from {self._table} where (entry = 'state' and version_no < {self._version}) "
            f"or (entry <> 'state' and (run_id = '{self._run_id}' or noted_at < {oldest}))"
        )


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def _unescaped(text: str) -> str:
    letters: dict[Any, str] = {code[1]: letter for letter, code in _ESCAPES.items()}
    first, *rest = text.split("~")
    return first + "".join(letters[piece[0]] + piece[1:] for piece in rest)
