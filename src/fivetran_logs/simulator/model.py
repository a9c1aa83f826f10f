"""The parts of an account, and the columns of its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# How a sync ended. UNFINISHED: no sync_end (running or crashed).
SUCCESSFUL, FAILURE, FAILURE_WITH_TASK, RESCHEDULED, CANCELED, UNFINISHED = range(6)
STATUS_TEXT = ["SUCCESSFUL", "FAILURE", "FAILURE_WITH_TASK", "RESCHEDULED", "CANCELED", None]

INFO, WARNING, SEVERE = range(3)
SEVERITY_TEXT = ["INFO", "WARNING", "SEVERE"]

REPLACED, UPDATED, DELETED = range(3)
OPERATION_TEXT = ["REPLACED_OR_INSERTED", "UPDATED", "DELETED"]

# Damage to a record's JSON.
WHOLE, CUT, DOUBLE, ABSENT = range(4)


@dataclass(frozen=True)
class Column:
    name: str
    source_type: str
    destination_type: str
    is_primary_key: bool = False


@dataclass
class Table:
    """A table of a connection in the destination.

    rows_per_day  changed rows on an ordinary weekday
    changes       probability that a sync finds a change
    mix           shares of rows replaced or inserted, updated, deleted
    """

    schema: str
    name: str
    rows_per_day: float
    changes: float = 1.0
    mix: tuple[float, float, float] = (0.7, 0.28, 0.02)
    columns: list[Column] = field(default_factory=list)
    source_schema: str = "public"


@dataclass
class Destination:
    id: str
    name: str
    destination_type: str
    region: str
    created_at: int
    is_active: bool = True


@dataclass
class Person:
    id: str
    given_name: str
    family_name: str
    created_at: int
    deleted: bool = False
    role: str = "Account Reviewer"

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.family_name}@example.com".lower()


@dataclass
class Connection:
    """A connection and its habits.

    frequency     minutes between syncs
    tells_frequency  False: `connection` has no sync_frequency for it
    seconds       median duration of a sync
    calls         mean queries or API calls of a sync
    growth        factor by which the volume grows over 100 days
    weekend       volume of a weekend day over that of a weekday
    stages        shares of the duration: extract, process, load
    failure_rate, reschedule_rate, cancel_rate, warning_rate   per sync, at random
    failure       the kind of random failure (key of messages.FAILURES)
    first, last   first and last sync that can be (ms)
    shape         changes the drawn syncs of this connection: the incident
    """

    id: str
    name: str
    type_id: str
    destination: str
    frequency: int
    signed_up: int
    tables: list[Table]
    user: str = ""
    paused: bool = False
    deleted: bool = False
    seconds: float = 60.0
    calls: float = 12.0
    growth: float = 1.2
    weekend: float = 0.5
    stages: tuple[float, float, float] = (0.5, 0.2, 0.3)
    failure_rate: float = 0.0
    failure: str = "network"
    reschedule_rate: float = 0.0
    cancel_rate: float = 0.0
    warning_rate: float = 0.0
    empty_writes: float = 0.0
    first: int = 0
    last: int = 2**60
    schedule: str = "regular"  # regular, irregular, anchored (the last start is exactly `last`), none
    camel: bool = True
    was: tuple[int, int] | None = None
    overlaps: bool = False
    writes_in_turn: bool = False
    is_resynced: bool = False
    team: str = ""
    criticality: str = "medium"
    story: str = ""
    shape: Callable[[Any], None] | None = None
    mar_share: float = 0.35  # monthly active rows of a day per changed row
    free_type: str | None = None
    has_usage: bool = True
    bulk: bool = False
    tells_frequency: bool = True
    reads: str = ""  # name of the connection whose source it reads too


@dataclass
class Draft:
    """The syncs of one connection while they are being drawn; a `shape` may change any of it.

    start      ms, ascending      seconds   duration
    status     code               failure   key of messages.FAILURES per sync, '' for none
    volume     factor on the rows of the sync
    as_of      ms; later than every start, or equal
    """

    connection: Connection
    as_of: int
    rng: np.random.Generator
    start: np.ndarray
    seconds: np.ndarray
    status: np.ndarray
    failure: np.ndarray
    volume: np.ndarray

    def keep(self, which: np.ndarray) -> None:
        """Drops the other syncs."""
        for name in ("start", "seconds", "status", "failure", "volume"):
            setattr(self, name, getattr(self, name)[which])


@dataclass
class Syncs:
    """All syncs, by start. Times in ms; durations of stages in ms; volumes in kB (thousandths of MB)."""

    connection: np.ndarray
    start: np.ndarray
    end: np.ndarray  # NEVER without a sync_end
    status: np.ndarray
    severity: np.ndarray  # of the sync_end
    text: np.ndarray  # index into World.texts, -1 for none
    extract: np.ndarray
    process: np.ndarray
    load: np.ndarray
    extract_kb: np.ndarray
    process_kb: np.ndarray
    load_kb: np.ndarray
    has_stats: np.ndarray
    two_stats: np.ndarray
    end_damage: np.ndarray
    noise: np.ndarray  # events without an effect

    def __len__(self) -> int:
        return len(self.start)


@dataclass
class Writes:
    """One table written by one sync. `records` is the time of the first records_modified, 3 ms apart."""

    sync: np.ndarray
    table: np.ndarray
    start: np.ndarray
    end: np.ndarray  # NEVER if the log ends before
    records: np.ndarray
    rows: np.ndarray  # (writes, 3): replaced or inserted, updated, deleted
    damage: np.ndarray  # CUT: the UPDATED record is cut before its count; DOUBLE: encoded twice
    ends: np.ndarray  # number of write_to_table_end events, the last at `end`


@dataclass
class Queries:
    """One extract_summary, api_call or sql_query of a sync."""

    sync: np.ndarray
    time: np.ndarray
    queries: np.ndarray
    rows: np.ndarray
    kind: np.ndarray  # 0 extract_summary, 1 api_call, 2 sql_query


@dataclass
class Issue:
    """A WARNING or SEVERE event or record (a sync_end is kept with its sync)."""

    time: int
    connection: int  # -1: none
    sync: int  # -1: none
    severity: int
    event: str
    error_type: str
    template: str
    data: str | None
    message: str = ""
    source: str = "log"


@dataclass
class LogRow:
    """A log row of its own making."""

    time: int
    connection: int  # -1: null
    sync: int  # -1: null
    event: str
    severity: int
    data: str | None
    id: str | None = None  # None: drawn


@dataclass
class Failure:
    """An end that is not a success, as text."""

    status: int
    severity: int
    reason: str
    task: str | None
    kind: str
    rescheduled_at: int | None = None


@dataclass(frozen=True)
class SchemaChange:
    """A change of one object on one side.

    noticed  time of the change in the metadata, None if missing   logged  time of the change in the log, or None
    """

    connection: int
    side: str  # source, destination
    level: str  # schema, table, column
    kind: str  # added, dropped, renamed, type_changed
    schema: str
    table: str | None = None
    column: str | None = None
    old_type: str | None = None
    new_type: str | None = None
    old_name: str | None = None
    noticed: int | None = None
    logged: int | None = None


@dataclass
class Action:
    """Something done to the account.

    actor    position in World.people, None for Fivetran itself, -1 for a user who is no longer listed
    event    message_event without its `connection`/`connector`, or with it spelled {c}; None: not in the log
    details  of the log event
    trail    audit_trail columns (action, interaction_method, resources, old and new values), or None
    account  an account event: only in the log of enterprise accounts, without a connection
    """

    time: int
    actor: int | None
    connection: int
    event: str | None
    details: dict[str, Any]
    trail: dict[str, Any] | None
    account: bool = False
    story: str = ""
    severity: int = INFO
