"""The whole simulated account and its history, before it is written as tables and as truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from .clock import DAY, MINUTE, NEVER, Window
from .model import Action, Connection, Destination, Failure, Issue, LogRow, Person, Queries, Syncs, Table, Writes

STRANGER = "forgotten_lagoon"  # id of a connection that only the log has
GENERATIONS = ("current", "connector", "oldest")


@dataclass
class World:
    """The account and its history. Positions in `connections` and in the sync arrays serve as keys."""

    window: Window
    seed: int
    plan: str
    names: str
    destinations: list[Destination]
    people: list[Person]
    connections: list[Connection]
    syncs: Syncs
    writes: Writes
    queries: Queries
    sync_ids: pa.Array
    tables: list[Table]  # of all connections, in order
    table_connection: np.ndarray
    failures: list[Failure]  # Syncs.text points here
    issues: list[Issue] = field(default_factory=list)
    rows: list[LogRow] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    schema: Any = None  # lineage.Schema, which knows the world
    oddities: bool = False  # with what readers of real tables trip over
    odd_syncs: list[int] = field(default_factory=list)  # syncs that an oddity touched

    def rng(self, purpose: str) -> np.random.Generator:
        """A random stream for each purpose, so that a change in one place changes nothing elsewhere."""
        return np.random.default_rng([self.seed, *purpose.encode()])

    @property
    def stranger(self) -> int:
        """Position of a connection that the log has but `connection` lacks."""
        return len(self.connections)

    def connection_id(self, position: int) -> str | None:
        if position < 0:
            return None
        return STRANGER if position == self.stranger else self.connections[position].id

    @property
    def has_sync_ids(self) -> bool:
        return self.names != "oldest"

    def position(self, name: str, *, deleted: bool = False) -> int | None:
        """Position of the connection with that name; None if the cast has no such connection."""
        for number, connection in enumerate(self.connections):
            if connection.name == name and connection.deleted == deleted:
                return number
        return None

    def syncs_of(self, position: int) -> np.ndarray:
        """Positions of a connection's syncs, by start."""
        return np.flatnonzero(self.syncs.connection == position)

    def arrival(self, time: np.ndarray | int) -> np.ndarray:
        """When log rows of that time (ms) reached the destination: at the daily Platform sync that followed."""
        last = self.window.as_of + 12 * MINUTE
        return last - ((last - 1 - np.asarray(time, dtype=np.int64)) // DAY) * DAY

    def synced(self) -> int:
        """When the newest rows arrived."""
        return int(self.arrival(self.window.as_of))

    def moment(self) -> np.ndarray:
        """The moment each sync belongs to: its end, else its start."""
        return np.where(self.syncs.end == NEVER, self.syncs.start, self.syncs.end)

    def expected_rows(self) -> int:
        """About how many log rows there will be."""
        return len(self.syncs) * 4 + len(self.writes.sync) * 4 + int(self.syncs.noise.sum())
