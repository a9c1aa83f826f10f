"""What went wrong in the small account of `causes.py`: causes and what they broke, decoys, waves, failures of no cause.

Each story falls upon one connection at one of its syncs. A cause breaks every sync from then on until somebody repairs
it. A decoy is a change that did nothing: it could not have, by what it changed, where, or what happened after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .clock import DAY, HOUR, MINUTE, SECOND, Window

# Error type and texts by what fails. {n}, {m}, {uuid}, {ip}, {date} vary; {table} and {column} are what is named.
ERRORS: dict[str, list[tuple[str, str]]] = {
    "login": [
        ("authentication_error", "Authentication failed: the access token was revoked (401 Unauthorized, {uuid})"),
        ("error", 'FATAL: password authentication failed for user "fivetran"'),
        ("authentication_error", "Invalid API key provided (request {uuid})"),
    ],
    "right": [
        ("permission_denied", "permission denied for table {table}"),
        ("permission_denied", "Permission denied: the user may not read object '{table}' (403 Forbidden, {uuid})"),
    ],
    "address": [
        ("connection_timeout", "Connection to {ip} timed out after {n} ms: could not reach the host over the network"),
        ("error", "java.net.ConnectException: Connection refused (Connection refused), attempt {m}"),
        ("error", "java.net.UnknownHostException: db{m}.internal.example.com"),
    ],
    "network": [
        ("connection_timeout", "Connection to {ip} timed out after {n} ms: could not reach the host over the network"),
        ("error", "java.net.SocketException: Connection reset by peer"),
        ("error", "503 Service Unavailable (trace {uuid})"),
    ],
    "missing column": [("schema_mismatch", "Column '{column}' does not exist in table '{table}' (position {n})")],
    "missing table": [("error", 'relation "public.{table}" does not exist')],
    "setting": [
        ("error", 'database "shop_{m}" does not exist'),
        ("error", "Named range fivetran_orders was not found in the spreadsheet"),
        ("error", "Missing required field: report_suite"),
        ("error", "404 Client Error: for url https://api.example.com/v{m}/items"),
    ],
    "limit": [
        ("rate_limit_exceeded", "429 Too Many Requests: API rate limit of {n} calls a day reached (trace {uuid})"),
        ("error", "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded."),
    ],
    "data": [
        ("null_primary_key", "Null value in primary key column of table '{table}', row {n} of batch {uuid}"),
        ("open_file", "Could not open file 'drops/{date}/part-{n}.csv': invalid or corrupt compressed file"),
    ],
    "destination": [
        ("warehouse_unavailable", "Destination warehouse 'LOAD_WH' is suspended: query {uuid} was aborted"),
        ("error", "Cluster 0602-abc is terminated"),
    ],
    "internal": [("internal_error", "An internal error occurred in worker {n}. Contact support with {uuid}")],
}
CREDENTIALS = ("password", "client_secret", "api_key", "refresh_token", "private_key", "user")
ADDRESSES = ("host", "port", "tunnel_host", "server_url")
SETTINGS = ("database", "named_range", "report_suite", "base_path")  # in the order of their errors
INNOCENT_SETTINGS = ("timeframe_months", "conversion_window_size", "sync_mode", "update_method", "is_ftps")
HARMLESS = ("connection_name", "description", "time_zone_offset")
MASK = "************"
OTHER_TABLES = ("campaigns", "invoices", "sessions", "tickets")  # no error names these

# What fails without anybody's change, and how often.
UNPROVOKED = {"network": 0.34, "limit": 0.16, "login": 0.14, "data": 0.12, "internal": 0.1, "right": 0.05}
UNPROVOKED |= {"missing column": 0.04, "destination": 0.03, "setting": 0.02}
# Planted stories of a connection, and how often.
STORIES = {
    "credential": 6,
    "address": 4,
    "schema": 6,
    "setting": 4,
    "frequency": 4,
    "selection": 3,
    "user removed": 1,
    "small destination": 2,
    "sibling": 1,
    "twice": 2,
    "grace": 2,
    "no cause": 8,
    "innocent edit": 14,
    "repaired since": 5,
    "same error before": 5,
    "by Fivetran": 3,
    "elsewhere": 4,
}
WITH_A_CAUSE = ("credential", "address", "schema", "setting", "frequency", "selection")


@dataclass
class Place:
    """A connection with its syncs.

    start, lasts  ms of each sync   fault  position of what broke it, -1 for none
    is_left_out   whether a pause leaves it out
    """

    id: str
    type_id: str
    destination: str
    frequency: int
    user: str
    start: np.ndarray
    lasts: np.ndarray
    signed_up: int
    tables: tuple[str, ...] = ("orders", "customers", "payments")

    def __post_init__(self) -> None:
        self.fault = np.full(len(self.start), -1)
        self.is_left_out = np.zeros(len(self.start), dtype=bool)

    def end(self, sync: int) -> int:
        """When it ended. One that fails does so early."""
        return int(self.start[sync] + self.lasts[sync] // (2 if self.fault[sync] >= 0 else 1))


@dataclass
class Change:
    """Something that was changed; `kind` says how it is recorded."""

    time: int
    kind: str  # connection, destination, tables, user, schema, created, pause, resume
    connection: str | None
    destination: str | None = None
    user: str | None = None
    actor: str | None = "ada"
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fault:
    """What breaks syncs: its text, and the change or the wave that is its cause, if there is one."""

    error: str
    error_type: str
    message: str
    story: str
    cause: Change | None = None
    wave: str | None = None
    has_decoy: bool = False


@dataclass
class Wave:
    """An outage that many connections meet."""

    name: str
    scope_type: str
    scope_id: str
    error: str
    text: tuple[str, str]
    begin: int
    end: int
    odds: float


class Failures:
    """Lets the stories happen to the places of an account."""

    def __init__(self, places: list[Place], small_destination: str, window: Window, rng: np.random.Generator) -> None:
        self.places, self.small_destination, self.window, self.rng = places, small_destination, window, rng
        self.faults: list[Fault] = []
        self.changes: list[Change] = []
        self._away: tuple[int, int] | None = None
        self.waves = self._waves()
        taken = self._strike()
        self._removed_users()
        for place in list(places):
            self._live(place, taken[place.id])
        self._everyday()
        self._flakes()

    # -- chance

    def one_of(self, choices: Any) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def weighted(self, odds: dict[str, float]) -> str:
        weights = np.array(list(odds.values()), dtype=float)
        return str(self.rng.choice(list(odds), p=weights / weights.sum()))

    def between(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, max(high, low + 1)))

    # -- building blocks

    def change(self, time: int, kind: str, connection: str | None, **more: Any) -> Change:
        more = {"actor": self.one_of(("ada", "ben", "chloe", "dev"))} | more
        made = Change(time, kind, connection, **more)
        self.changes.append(made)
        return made

    def edit(self, place: Place, time: int, name: str, **more: Any) -> Change:
        secret = name in CREDENTIALS
        old, new = (MASK, MASK) if secret else (f"{name}_old", f"{name}_{self.between(1, 99)}")
        return self.change(time, "connection", place.id, old={name: old}, new={name: new}, **more)

    def fault(self, error: str, story: str, place: Place, like: Fault | None = None, **more: Any) -> int:
        """A new fault; `like` another has its text."""
        if like is None:
            error_type, message = self.one_of(ERRORS[error])
            named = {"{table}": self.one_of(place.tables), "{column}": self.one_of(("qty", "legacy_code", "status"))}
            for word, name in named.items():
                message = message.replace(word, name)
        else:
            error_type, message = like.error_type, like.message
        self.faults.append(Fault(error, error_type, message, story, **more))
        return len(self.faults) - 1

    def breaks(self, place: Place, sync: int, fault: int, most: int = 30 * HOUR) -> int:
        """From that sync until it is repaired; gives the time of the repair."""
        lasts = int(min(self.rng.lognormal(np.log(4), 1.0) * HOUR, most))
        end = int(place.start[sync]) + lasts
        which = (place.start >= place.start[sync]) & (place.start < max(end, place.start[sync] + 1))
        place.fault[which & (place.fault < 0)] = fault
        return end

    def before(self, place: Place, sync: int, nearest: int = MINUTE, farthest: int = 90 * MINUTE) -> int:
        """A moment shortly before a sync and after the one before it."""
        earliest = place.end(sync - 1) if sync else int(place.start[sync]) - HOUR
        return self.between(max(int(place.start[sync]) - farthest, earliest), int(place.start[sync]) - nearest)

    def since_last(self, place: Place, sync: int) -> int:
        """Any moment between two syncs, as changes come."""
        return self.before(place, sync, farthest=10 * DAY)

    # -- the life of a connection

    def _live(self, place: Place, taken: list[tuple[int, int]]) -> None:
        """At most one story in so many days, away from the waves."""
        step = max(6 * DAY, 9 * place.frequency * MINUTE)
        begin = max(self.window.start, place.signed_up) + 2 * DAY + self.between(0, step)
        for slot in range(int((self.window.as_of - begin) // step)):
            low = begin + slot * step
            at = self.between(low + step // 3, low + step // 2)
            if self.rng.random() > 0.75 or any(first - 3 * DAY < at < last + 3 * DAY for first, last in taken):
                continue
            sync = int(np.searchsorted(place.start, at))
            if 3 < sync < len(place.start) - 3 and (place.fault[sync - 3 : sync + 3] < 0).all():
                self._tell(place, sync)

    def _tell(self, place: Place, sync: int) -> None:
        story = self.weighted({name: odds for name, odds in STORIES.items() if self._fits(name, place)})
        if story in WITH_A_CAUSE:
            self._caused(place, sync, story)
        else:
            getattr(self, "_" + story.replace(" ", "_").lower())(place, sync)

    def _fits(self, story: str, place: Place) -> bool:
        if story == "small destination":
            return place.destination == self.small_destination
        if story in ("frequency", "sibling"):
            return place.type_id in ("hubspot", "salesforce", "stripe")
        return story != "user removed"

    def _caused(self, place: Place, sync: int, story: str) -> None:
        """One change did it; in three of ten cases an innocent one came too."""
        error = {"credential": "login", "address": "address", "setting": "setting", "frequency": "limit"}.get(story, "")
        if story == "credential" and self.rng.random() < 0.25:
            error = "right"
        if story == "schema":
            error = self.one_of(("missing column", "missing column", "missing table"))
        if story == "selection":
            error = "right"
        if self.rng.random() < 0.2 and story != "frequency":
            self._pause(place, sync)
        fault = self.fault(error, story, place)
        told = self.faults[fault]
        told.cause = getattr(self, "_change_of_" + story)(place, sync, told)
        if self.rng.random() < 0.3:
            self._decoy(place, sync, told)
        end = self.breaks(place, sync, fault)
        if story in ("credential", "address", "setting", "frequency"):
            self.change(
                end - MINUTE, "connection", place.id, actor=told.cause.actor, old=told.cause.new, new=told.cause.old
            )

    def _pause(self, place: Place, sync: int) -> None:
        """Slow burn: nothing syncs for one to four days before."""
        away = self.between(DAY, 4 * DAY)
        first = int(place.start[sync]) - away
        gone = (place.start > first) & (place.start < place.start[sync])
        if gone.any() and (place.fault[gone] < 0).all() and first > self.window.start + DAY:
            place.is_left_out |= gone
            self.change(first + 5 * MINUTE, "pause", place.id)
            self.change(int(place.start[sync]) - 2 * MINUTE, "resume", place.id)
            self._away = (first + 10 * MINUTE, int(place.start[sync]) - 3 * MINUTE)

    def _moment(self, place: Place, sync: int) -> int:
        """When the change of a story is made: while the connection is paused, or since the last sync."""
        away, self._away = self._away, None
        return self.between(*away) if away else self.since_last(place, sync)

    def _change_of_credential(self, place: Place, sync: int, told: Fault) -> Change:
        return self.edit(place, self._moment(place, sync), self.one_of(CREDENTIALS))

    def _change_of_address(self, place: Place, sync: int, told: Fault) -> Change:
        return self.edit(place, self._moment(place, sync), self.one_of(ADDRESSES))

    def _change_of_setting(self, place: Place, sync: int, told: Fault) -> Change:
        texts = [message for _, message in ERRORS["setting"]]
        return self.edit(place, self._moment(place, sync), SETTINGS[texts.index(told.message)])

    def _change_of_schema(self, place: Place, sync: int, told: Fault) -> Change:
        """Noticed by the sync that fails of it, or by the one before."""
        self._away = None
        table = next(name for name in place.tables if name in told.message)
        column = next((name for name in ("qty", "legacy_code", "status") if f"'{name}'" in told.message), None)
        if self.rng.random() < 0.7 or place.is_left_out[sync - 1]:
            time = int(place.start[sync]) + self.between(5 * SECOND, 40 * SECOND)
        else:
            time = int(place.start[sync - 1]) + self.between(5 * SECOND, 40 * SECOND)
        return self.change(time, "schema", place.id, actor=None, old={"table": table, "column": column})

    def _change_of_selection(self, place: Place, sync: int, told: Fault) -> Change:
        table = next(name for name in place.tables if name in told.message)
        return self.change(self._moment(place, sync), "tables", place.id, new={"ENABLED": [f"public.{table}"]})

    def _change_of_frequency(self, place: Place, sync: int, told: Fault) -> Change:
        """More syncs use up the calls of a day: some succeed before the limit is reached."""
        time = int(place.start[sync]) - self.between(30 * MINUTE, 14 * HOUR)
        return self.change(
            time, "connection", place.id, old={"sync_frequency": place.frequency * 4}, new={"sync_frequency": 15}
        )

    def _sibling(self, place: Place, sync: int) -> None:
        """Another connection to the same application uses up its calls."""
        time = int(place.start[sync]) - self.between(HOUR, 10 * HOUR)
        fault = self.fault("limit", "sibling", place)
        start = np.arange(time + HOUR, self.window.as_of - HOUR, DAY, dtype=np.int64)
        made = replace(
            place, id=f"{place.id}_{sync}", frequency=1440, start=start, lasts=0 * start + 5 * MINUTE, signed_up=time
        )
        self.places.append(made)
        self.faults[fault].cause = self.change(time, "created", made.id, destination=place.destination)
        self.breaks(place, sync, fault)

    def _removed_users(self) -> None:
        """Somebody leaves, and the one connection that was authorized in that name cannot log in any more."""
        for place in [one for one in self.places if one.user.startswith("guest")]:
            sync = self.between(len(place.start) // 4, len(place.start) * 3 // 4)
            if (place.fault[sync - 3 : sync + 3] >= 0).any():
                continue
            fault = self.fault("login", "user removed", place)
            time = self.since_last(place, sync)
            self.faults[fault].cause = self.change(time, "user", None, user=place.user, old={"email": "x"})
            self.breaks(place, sync, fault)

    def _small_destination(self, place: Place, sync: int) -> None:
        """A destination with two connections is edited and breaks both: too few for a wave."""
        others = [one for one in self.places if one.destination == place.destination]
        firsts = [int(np.searchsorted(one.start, place.start[sync])) for one in others]
        if any((one.fault[max(at - 3, 0) : at + 6] >= 0).any() for one, at in zip(others, firsts, strict=True)):
            return
        name = self.one_of(("password", "host", "private_key"))
        cause = self.change(
            int(place.start[sync]) - self.between(MINUTE, 5 * MINUTE),
            "destination",
            None,
            destination=place.destination,
            old={name: MASK},
            new={name: MASK},
        )
        end = int(place.start[sync]) + self.between(2 * HOUR, 6 * HOUR)
        first = self.fault("destination", "small destination", place, cause=cause)
        for one in others:
            which = (one.start >= cause.time) & (one.start < end)
            one.fault[which] = self.fault("destination", "small destination", one, like=self.faults[first], cause=cause)
        self.change(end, "destination", None, destination=place.destination, old={name: MASK}, new={name: MASK})

    def _twice(self, place: Place, sync: int) -> None:
        """The same mistake a second time, two days after it was repaired."""
        fault = self.fault("login", "twice", place)
        name = self.one_of(CREDENTIALS)
        told = self.faults[fault]
        told.cause = self.edit(place, self.since_last(place, sync), name)
        end = self.breaks(place, sync, fault, most=12 * HOUR)
        self.edit(place, end - MINUTE, name)
        again = int(np.searchsorted(place.start, end + 2 * DAY))
        if again < len(place.start) - 3 and (place.fault[again - 2 : again + 2] < 0).all():
            cause = self.edit(place, self.since_last(place, again), name)
            second = self.fault("login", "twice", place, like=told, cause=cause)
            self.edit(place, self.breaks(place, again, second, most=12 * HOUR) - MINUTE, name)

    def _grace(self, place: Place, sync: int) -> None:
        """Slow burn that no record shows: the old token stays valid for a day or two, and syncs succeed meanwhile."""
        fault = self.fault("login", "grace", place)
        time = int(place.start[sync]) - self.between(DAY, 2 * DAY)
        self.faults[fault].cause = self.edit(place, time, "client_secret")
        self.breaks(place, sync, fault)

    # -- no cause

    def _unprovoked(self, place: Place, story: str, **more: Any) -> tuple[str, int]:
        error = self.weighted(UNPROVOKED)
        return error, self.fault(error, story, place, **more)

    def _no_cause(self, place: Place, sync: int) -> None:
        self.breaks(place, sync, self._unprovoked(place, "no cause")[1])

    def _innocent_edit(self, place: Place, sync: int) -> None:
        """Somebody edits something else just before it fails."""
        _, fault = self._unprovoked(place, "innocent edit", has_decoy=True)
        for _ in range(self.between(1, 3)):
            self._decoy(place, sync, self.faults[fault])
        self.breaks(place, sync, fault)

    def _decoy(self, place: Place, sync: int, told: Fault) -> None:
        """A change just before that cannot have caused this failure."""
        choices = {"name": 2, "frequency": 3, "tables": 3, "setting": 4, "team": 2, "schema": 3, "new column": 1}
        if told.error not in ("login", "right", "destination", "internal"):
            choices["credential"] = 3
        if told.error in ("internal", "data"):
            choices["address"] = 2
        time, kind = self.before(place, sync), self.weighted(choices)
        if kind == "name":
            self.edit(place, time, self.one_of(HARMLESS))
        elif kind == "frequency":  # fewer syncs, where calls are limited
            new = place.frequency if told.error == "limit" else self.one_of((15, 60, 1440))
            old = 5 if told.error == "limit" else place.frequency
            self.change(time, "connection", place.id, old={"sync_frequency": old}, new={"sync_frequency": new})
        elif kind == "tables":
            word = "DISABLED" if told.error in ("limit", "right") else self.one_of(("ENABLED", "DISABLED"))
            self.change(time, "tables", place.id, new={word: [f"public.{self.one_of(OTHER_TABLES)}"]})
        elif kind == "setting":
            self.edit(place, time, self.one_of(INNOCENT_SETTINGS))
        elif kind == "team":
            new = {"role": self.one_of(("Connection Administrator", "Connection Reviewer"))}
            self.change(time, "user", None, user=self.one_of(("elif", "farid", "greta")), old={"role": "x"}, new=new)
        elif kind in ("schema", "new column"):
            old = {"table": self.one_of(OTHER_TABLES), "column": self.one_of(("note", "flag", None))}
            new = {"added": True} if kind == "new column" and old["column"] else {}
            self.change(time, "schema", place.id, actor=None, old=old, new=new)
        elif kind == "credential":
            self.edit(place, time, self.one_of(CREDENTIALS))
        else:
            self.edit(place, time, self.one_of(ADDRESSES))

    def _repaired_since(self, place: Place, sync: int) -> None:
        """A change that would fit, and successes after it."""
        error = self.one_of(("login", "address", "setting"))
        names = {"login": CREDENTIALS, "address": ADDRESSES, "setting": SETTINGS}[error]
        earlier = max(sync - self.between(2, 5), 1)
        self.edit(place, self.since_last(place, earlier), self.one_of(names))
        self.breaks(place, sync, self.fault(error, "repaired since", place, has_decoy=True))

    def _same_error_before(self, place: Place, sync: int) -> None:
        """It fails now and then, and again after a change that would fit."""
        error = self.one_of(("login", "address", "setting"))
        names = {"login": CREDENTIALS, "address": ADDRESSES, "setting": SETTINGS}[error]
        first = self.fault(error, "same error before", place)
        before = sync - self.between(3, 6)
        if before < 2 or (place.fault[before - 1 : sync + 2] >= 0).any():
            return
        place.fault[before] = first
        self.edit(place, self.before(place, sync), self.one_of(names))
        again = self.fault(error, "same error before", place, like=self.faults[first], has_decoy=True)
        self.breaks(place, sync, again)

    def _by_fivetran(self, place: Place, sync: int) -> None:
        """Fivetran changed something, as it does by itself."""
        error = self.one_of(("login", "limit", "setting"))
        field_name = {"login": "auth_type", "limit": "sync_frequency", "setting": "sync_mode"}[error]
        old, new = {field_name: "a"}, {field_name: "b"}
        if error == "limit":
            old, new = {field_name: 360}, {field_name: 60}
        self.change(self.before(place, sync), "connection", place.id, actor="Fivetran", old=old, new=new)
        self.breaks(place, sync, self.fault(error, "by Fivetran", place, has_decoy=True))

    def _elsewhere(self, place: Place, sync: int) -> None:
        """The change that would fit was made to another connection, or to a destination that goes on working."""
        if self.rng.random() < 0.5:
            other = self.one_of([one for one in self.places if one.id != place.id and one.type_id == place.type_id])
            self.edit(other, self.before(place, sync), self.one_of(CREDENTIALS))
            error = "login"
        else:
            busy = [one for one in self.places if one.destination == place.destination]
            if len(busy) < 6:
                return
            name = self.one_of(("password", "host"))
            time = self.before(place, sync)
            self.change(time, "destination", None, destination=place.destination, old={name: MASK}, new={name: MASK})
            error = self.one_of(("login", "network", "destination"))
        self.breaks(place, sync, self.fault(error, "elsewhere", place, has_decoy=True))

    # -- waves

    def _waves(self) -> list[Wave]:
        """One of a destination, one of a connector type, one of the account, and another of any, days apart."""
        scopes = [("destination", self.one_of(("north", "south", "east"))), ("account", "account")]
        scopes += [("connector_type", self.one_of(("hubspot", "salesforce", "postgres")))]
        scopes += [self.one_of((("destination", "west"), ("connector_type", "stripe")))]
        order = self.rng.permutation(len(scopes))
        room = (self.window.as_of - self.window.start - 12 * DAY) // len(scopes)
        out = []
        for number, at in enumerate(order):
            scope_type, scope_id = scopes[int(at)]
            begin = self.window.start + 8 * DAY + number * room + self.between(0, room // 3)
            error = {"destination": "destination", "account": "internal"}.get(scope_type, "")
            error = error or self.one_of(("network", "login", "limit"))
            lasts = self.between(75 * MINUTE, 4 * HOUR)
            odds = 1.0 if scope_type == "destination" else 0.9
            name = f"wave {number + 1}"
            out.append(Wave(name, scope_type, scope_id, error, self.one_of(ERRORS[error]), begin, begin + lasts, odds))
        return out

    def _strike(self) -> dict[str, list[tuple[int, int]]]:
        """Every sync that meets an outage fails; two of the connections were edited just before."""
        taken: dict[str, list[tuple[int, int]]] = {place.id: [] for place in self.places}
        for wave in self.waves:
            hit = [
                place
                for place in self.places
                if wave.scope_id in (place.destination, place.type_id, "account") and self.rng.random() < wave.odds
            ]
            edited = set(self.rng.choice(len(hit), min(2, len(hit)), replace=False).tolist())
            for number, place in enumerate(hit):
                which = np.flatnonzero((place.start >= wave.begin) & (place.start < wave.end))
                if not len(which) or not which[0]:
                    continue
                taken[place.id].append((wave.begin, wave.end))
                self.faults.append(Fault(wave.error, *wave.text, "wave", wave=wave.name))
                place.fault[which] = len(self.faults) - 1
                if number in edited:
                    self._decoy(place, int(which[0]), self.faults[-1])
                    self.faults[-1].has_decoy = True
        return taken

    # -- what goes on besides

    def _everyday(self) -> None:
        """Edits that break nothing: of each connection one in nine days, secrets that are renewed among them.

        None comes where anybody would take it for the cause of a failure.
        """
        everyday = {"name": 3, "frequency": 3, "tables": 3, "setting": 2, "credential": 1, "sync": 2}
        for place in self.places:
            for _ in range(int(self.rng.poisson(self.window.days / 9))):
                time, kind = self.between(self.window.start + DAY, self.window.as_of - DAY), self.weighted(everyday)
                if self._could_explain(place, time, kind):
                    continue
                if kind == "name":
                    self.edit(place, time, self.one_of(HARMLESS))
                elif kind == "frequency":
                    new = self.one_of((60, 180, 720))
                    old = {"sync_frequency": place.frequency}
                    self.change(time, "connection", place.id, old=old, new={"sync_frequency": new})
                elif kind == "tables":
                    word = self.one_of(("ENABLED", "DISABLED"))
                    self.change(time, "tables", place.id, new={word: [f"public.{self.one_of(OTHER_TABLES)}"]})
                elif kind == "setting":
                    self.edit(place, time, self.one_of(INNOCENT_SETTINGS))
                elif kind == "credential":
                    self.edit(place, time, self.one_of(CREDENTIALS))
                else:
                    self.change(time, "sync", place.id)

    def _could_explain(self, place: Place, time: int, kind: str) -> bool:
        """Whether the next sync fails, or the next day's, of what such a change can do."""
        errors = {"frequency": ("limit",), "credential": ("login", "right"), "setting": ("setting",)}.get(kind, ())
        first = int(np.searchsorted(place.start, time))
        last = int(np.searchsorted(place.start, time + DAY)) if kind == "frequency" else first + 1
        return any(fault >= 0 and self.faults[fault].error in errors for fault in place.fault[first:last])

    def _flakes(self) -> None:
        """One sync in a thousand fails of the network and succeeds the next time."""
        for place in self.places:
            which = np.flatnonzero((self.rng.random(len(place.start)) < 0.001) & (place.fault < 0))
            for sync in which[which > 0]:
                place.fault[sync] = self.fault("network", "flake", place)
