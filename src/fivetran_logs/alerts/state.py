"""What was told to whom, written whole after each message, and a lock against two runs at once.

It is kept in a JSON file, or in a table of the warehouse (`state_table`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from fivetran_logs.alerts.findings import LABELS
from fivetran_logs.alerts.rules import Matchers, matches
from fivetran_logs.failures.errors import UserError

VERSION = 2  # 2: pages of groups
KEPT_EVENTS = timedelta(days=60)  # the marts offer an event for seven days: then it cannot come back
ROOM = 65_536  # bytes that the state may grow by in one run, and more
KEPT_SILENCES = timedelta(days=30)  # after their end, so that `alert status` shows who had silenced what


@dataclass
class Told:
    """An alert that a receiver knows to be open."""

    kind: str
    what: str
    severity: str
    since: str | None
    told_at: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass
class Group:
    """What one receiver was told of one group of alerts, by alert key. It never expires by age.

    page  the name of its page at services that keep incidents; None: the group's own. One page can hold many groups
    """

    receiver: str
    labels: dict[str, str]
    last_sent_at: str
    told: dict[str, Told] = field(default_factory=dict)
    page: str | None = None


@dataclass
class Silence:
    """No alert with these labels is told before the end; one of an acknowledged alert ends with its recovery.

    It holds from when it is written, whatever the time of a run: that of an old export is its end.
    """

    id: str
    match: dict[str, list[str]]
    starts_at: str
    ends_at: str | None
    author: str
    comment: str
    key: str | None = None  # of the alert that was acknowledged

    def holds(self, key: str, labels: dict[str, str], now: datetime) -> bool:
        if self.ends_at is not None and now >= datetime.fromisoformat(self.ends_at):
            return False
        if self.key is not None:
            return key == self.key
        found: Matchers = {name: tuple(values) for name, values in self.match.items()}
        return matches(found, labels)


@dataclass
class State:
    """Everything that must be known of earlier runs. Times are ISO 8601, UTC without zone."""

    first_run_at: str | None = None
    last_run_at: str | None = None
    built_as_of: str | None = None
    seen: dict[str, str] = field(default_factory=dict)  # open alerts by key: when a run first saw them
    groups: dict[str, Group] = field(default_factory=dict)
    events: dict[str, dict[str, str]] = field(default_factory=dict)  # told by receiver and key: when
    silences: list[Silence] = field(default_factory=list)

    def told_to(self, receiver: str) -> dict[str, str]:
        """Open alerts that a receiver knows of, by key: the group in which it was told."""
        return {key: name for name, group in self.groups.items() if group.receiver == receiver for key in group.told}

    def forget(self, now: datetime) -> None:
        """Drops empty groups, and what can never matter again."""
        self.groups = {name: group for name, group in self.groups.items() if group.told}
        oldest = (now - KEPT_EVENTS).isoformat()
        self.events = {
            receiver: {key: at for key, at in told.items() if at >= oldest} for receiver, told in self.events.items()
        }
        ended = (now - KEPT_SILENCES).isoformat()
        self.silences = [one for one in self.silences if one.ends_at is None or one.ends_at >= ended]


class StateStore(Protocol):
    """Where the state is kept."""

    @property
    def name(self) -> str: ...

    def read(self) -> State: ...

    def prepare(self) -> None: ...

    def write(self, state: State) -> None: ...

    def locked(self) -> AbstractContextManager[None]: ...


class StateFile:
    """The file of the state."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """How messages call it."""
        return str(self.path)

    def read(self) -> State:
        """The state; an empty one if there is no file yet.

        Raises:
            UserError: the file is damaged, or of a newer version.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return State()
        except OSError as error:
            raise UserError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        except UnicodeDecodeError:
            text = ""  # damaged
        return from_text(text, self.name, "Restore it from a backup, or delete it")

    def prepare(self) -> None:
        """Tries to write what may come, because what cannot be noted must not be sent.

        Raises:
            UserError: the directory is read-only, or the disk full.
        """
        size = self.path.stat().st_size if self.path.exists() else 0
        self._replace(" " * (size + ROOM), keep=False)

    def write(self, state: State) -> None:
        """Replaces the file at once, so that a kill leaves the former or the new one.

        Raises:
            UserError: it cannot be written.
        """
        self._replace(to_text(state, indent=1), keep=True)

    def _replace(self, text: str, *, keep: bool) -> None:
        partial = self.path.with_name(f"{self.path.name}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if keep:
                partial.replace(self.path)
        except OSError as error:
            raise UserError(f"{self.path} cannot be written: {error.strerror or error}.") from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds a lock that ends with the process.

        Raises:
            UserError: another run holds it.
        """
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = lock.open("a+", encoding="utf-8")
        except OSError as error:
            raise UserError(f"{lock} cannot be written: {error.strerror or error}.") from error
        with file:
            if not _try_lock(file):
                raise UserError(f"Another alert run is at work on {self.path}: this one told nothing.")
            yield


def to_text(state: State, indent: int | None = None) -> str:
    """The state as JSON."""
    return json.dumps({"version": VERSION, **asdict(state)}, ensure_ascii=indent is None, indent=indent)


def from_text(text: str, name: str, remedy: str) -> State:
    """The state of a JSON text.

    name    where it is kept
    remedy  what to do if it is damaged

    Raises:
        UserError: it is damaged, or of a newer version.
    """
    try:
        return _from_json(json.loads(text))
    except _NewerVersion as error:
        raise UserError(f"{name} was written by a newer fivetran-logs (form {error}): upgrade this one.") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{name} is damaged, so nobody knows who was told what. {remedy}: then everything open is told once more."
        ) from error


class _NewerVersion(Exception):
    pass


def _try_lock(file: Any) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _from_json(value: dict[str, Any]) -> State:
    version = value.pop("version")
    if version > VERSION:
        raise _NewerVersion(version)
    groups = {
        name: Group(**{**group, "told": {key: Told(**told) for key, told in group["told"].items()}})
        for name, group in value.pop("groups").items()
    }
    silences = [Silence(**one) for one in value.pop("silences")]
    state = State(**value, groups=groups, silences=silences)
    times = [state.first_run_at, state.last_run_at, state.built_as_of, *state.seen.values()]
    times += [group.last_sent_at for group in groups.values()]
    times += [at for group in groups.values() for told in group.told.values() for at in (told.since, told.told_at)]
    times += [at for told in state.events.values() for at in told.values()]
    times += [at for one in silences for at in (one.starts_at, one.ends_at)]
    if any(datetime.fromisoformat(at).tzinfo is not None for at in times if at is not None):
        raise ValueError("a time has a zone")
    return state


def parse_matchers(texts: list[str]) -> dict[str, list[str]]:
    """`label=value` texts as matchers.

    Raises:
        ValueError: a text has another form, or names no label.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or name not in LABELS or not value:
            raise ValueError(text)
        found.setdefault(name, []).append(value)
    return found
