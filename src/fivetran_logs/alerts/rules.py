"""The rules file: who is told what, when, and how often. Words and meaning follow Prometheus' Alertmanager."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from fivetran_logs.alerts.findings import KINDS, LABELS, SEVERITIES, unknown_values
from fivetran_logs.failures.errors import WRONG_USE, UserError, one_line

DEFAULT_FILE = "alerts.yml"
DEFAULT_URLS = "FIVETRAN_LOGS_ALERT_URLS"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DURATION = re.compile(r"(\d{1,12})\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LONGEST = timedelta(days=3660)  # of a duration: with more, times leave the calendar

Matchers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Kind:
    """Whether a kind is told, from which severity, and how long it must last before."""

    told: bool = True
    minimum_severity: str = "low"
    settle: timedelta = timedelta()


@dataclass(frozen=True)
class Receiver:
    """Where messages go: names of environment variables that hold Apprise addresses, which are secrets."""

    name: str
    urls: tuple[str, ...]
    send_resolved: bool = True
    minimum_severity: str = "low"
    short: bool = False


@dataclass(frozen=True)
class MuteTime:
    """Days and hours in which nothing is told; hours may go past midnight."""

    name: str
    weekdays: frozenset[int]
    first: time
    last: time
    zone: ZoneInfo | timezone

    def holds(self, now: datetime) -> bool:
        """now  UTC without zone"""
        local = now.replace(tzinfo=timezone.utc).astimezone(self.zone)
        at, day = local.time(), local.weekday()
        if self.first <= self.last:
            return day in self.weekdays and self.first <= at < self.last
        return (day in self.weekdays and at >= self.first) or ((day - 1) % 7 in self.weekdays and at < self.last)


@dataclass(frozen=True)
class Route:
    """A branch of the tree. An alert takes the first that matches, and the next ones if that one says continue."""

    receiver: str
    match: Matchers = field(default_factory=dict)
    go_on: bool = False
    group_by: tuple[str, ...] = ("kind", "cause", "team")
    repeat_interval: timedelta = timedelta(hours=24)
    mute: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Inhibition:
    """While an alert of `source` is open, those of `target` with the same labels `equal` are not told."""

    source: Matchers
    target: Matchers
    equal: tuple[str, ...] = ()


SETTLE = timedelta(minutes=30)  # what heals within this time is not told
DEFAULT_KINDS = {
    **dict.fromkeys(KINDS, Kind()),
    "incident": Kind(minimum_severity="medium", settle=SETTLE),
    "delayed": Kind(minimum_severity="medium", settle=SETTLE),
}
# A late log makes every connection look late; the members of a wave have one cause.
DEFAULT_INHIBITIONS = (
    Inhibition({"kind": ("platform_log_stale",)}, {"kind": ("delayed", "volume")}),
    Inhibition({"kind": ("wave",)}, {"kind": ("incident",)}, ("wave_id",)),
)


@dataclass(frozen=True)
class Rules:
    """A whole rules file."""

    receivers: Mapping[str, Receiver]
    route: Route
    kinds: Mapping[str, Kind] = field(default_factory=lambda: dict(DEFAULT_KINDS))
    inhibit: tuple[Inhibition, ...] = DEFAULT_INHIBITIONS
    mute_times: Mapping[str, MuteTime] = field(default_factory=dict)
    max_messages: int = 20
    report_url: str | None = None


def parse_duration(text: str) -> timedelta | None:
    """`30m`, `4h` or `2d`; None if the text has another form, or is longer than ten years."""
    found = _DURATION.fullmatch(text.strip())
    seconds = int(found.group(1)) * _SECONDS[found.group(2)] if found else None
    return None if seconds is None or seconds > LONGEST.total_seconds() else timedelta(seconds=seconds)


def matches(matchers: Matchers, labels: Mapping[str, str]) -> bool:
    """Whether every label has one of its values; `*` stands for any text, and a missing label is empty."""
    return all(any(_fits(labels.get(name, ""), value) for value in values) for name, values in matchers.items())


def _fits(text: str, wanted: str) -> bool:
    """`*` alone is special: names may well hold brackets and question marks."""
    return re.fullmatch(".*".join(map(re.escape, re.split(r"\*+", wanted))), text, re.DOTALL) is not None


def default_rules() -> Rules:
    """Without a file: everything goes to the addresses of FIVETRAN_LOGS_ALERT_URLS."""
    receiver = Receiver("default", (DEFAULT_URLS,))
    return Rules({"default": receiver}, Route("default"))


def find_rules(path: Path | None) -> Rules:
    """The rules of a file, of alerts.yml in the working directory, or the default ones.

    Raises:
        UserError: the file is missing, no YAML, or wrong; the message names the line (exit code 2).
    """
    if path is None and not os.path.lexists(DEFAULT_FILE):  # a broken link must not bring the default rules
        return default_rules()
    return read_rules(path or Path(DEFAULT_FILE))


def read_rules(path: Path) -> Rules:
    """The rules of a file; see `find_rules`."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.", WRONG_USE) from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text.", WRONG_USE) from error
    except RecursionError:
        raise UserError(f"{path}: not YAML: it is nested too deeply.", WRONG_USE) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UserError(
            f"{path}{line}: not YAML: {getattr(error, 'problem', None) or one_line(str(error))}.", WRONG_USE
        ) from error
    if root is None:
        raise UserError(f"{path} is empty: delete it for the default rules, or see docs/alerts.md.", WRONG_USE)
    try:
        return _Reader(path).rules(root)
    except RecursionError:
        raise UserError(f"{path}: a part of it contains itself.", WRONG_USE) from None


def addresses_of(receiver: Receiver) -> dict[str, str]:
    """The Apprise addresses of a receiver by name, from the environment; blanks separate several in one variable.

    Raises:
        UserError: a variable is not set (exit code 2).
    """
    found = {}
    for name in receiver.urls:
        value = os.environ.get(name, "").split()
        if not value:
            raise UserError(
                f"The receiver {receiver.name} needs the environment variable {name}: an Apprise address, "
                "such as slack://... or mailto://....",
                WRONG_USE,
            )
        for number, address in enumerate(value, 1):
            found[f"{receiver.name}/{name}{f'.{number}' if number > 1 else ''}"] = address
    return found


class _Reader:
    """Turns YAML nodes into rules; an error names the line it is on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rules(self, root: yaml.Node) -> Rules:
        known = {"receivers", "route", "tell", "inhibit", "mute_times", "max_messages", "report_url"}
        parts = self._mapping(root, "the file", known)
        for needed in ("receivers", "route"):
            if needed not in parts:
                self._fail(root, f"{needed} is missing")
        receivers = {
            name: self._receiver(name, node) for name, node in self._mapping(parts["receivers"], "receivers").items()
        }
        mute_times = {
            name: self._mute_time(name, node)
            for name, node in (
                self._mapping(parts["mute_times"], "mute_times") if "mute_times" in parts else {}
            ).items()
        }
        inhibit = DEFAULT_INHIBITIONS
        if "inhibit" in parts:
            inhibit = tuple(self._inhibition(node) for node in self._list(parts["inhibit"], "inhibit"))
        return Rules(
            receivers=receivers,
            route=self._route(parts["route"], None, receivers, mute_times),
            kinds={**DEFAULT_KINDS, **(self._kinds(parts["tell"]) if "tell" in parts else {})},
            inhibit=inhibit,
            mute_times=mute_times,
            max_messages=self._number(parts["max_messages"], 1) if "max_messages" in parts else Rules.max_messages,
            report_url=self._text(parts["report_url"]) if "report_url" in parts else None,
        )

    def _receiver(self, name: str, node: yaml.Node) -> Receiver:
        parts = self._mapping(node, f"receiver {name}", {"urls", "send_resolved", "minimum_severity", "detail"})
        if "urls" not in parts:
            self._fail(node, f"receiver {name} has no urls: names of environment variables with its addresses")
        names = self._texts(parts["urls"])
        for value in names:
            if not _VARIABLE.fullmatch(value):
                # an address is a password: the message must not show it
                self._fail(parts["urls"], "urls takes names of environment variables, because addresses are secrets")
        return Receiver(
            name,
            names,
            self._flag(parts["send_resolved"]) if "send_resolved" in parts else True,
            self._one_of(parts["minimum_severity"], SEVERITIES) if "minimum_severity" in parts else "low",
            "detail" in parts and self._one_of(parts["detail"], ("full", "short")) == "short",
        )

    def _route(
        self,
        node: yaml.Node,
        above: Route | None,
        receivers: Mapping[str, Receiver],
        mute_times: Mapping[str, MuteTime],
    ) -> Route:
        known = {"receiver", "match", "continue", "group_by", "repeat_interval", "mute", "routes"}
        parts = self._mapping(node, "route", known)
        if above is None and "receiver" not in parts:
            self._fail(node, "the first route needs a receiver: it takes what no other route matches")
        if above is None and "match" in parts:
            self._fail(node, "the first route takes everything: put match into routes below it")
        receiver = self._one_of(parts["receiver"], receivers) if "receiver" in parts else above.receiver
        route = (
            Route(receiver) if above is None else replace(above, receiver=receiver, match={}, go_on=False, routes=())
        )
        if "match" in parts:
            route = replace(route, match=self._matchers(parts["match"]))
        if "continue" in parts:
            route = replace(route, go_on=self._flag(parts["continue"]))
        if "group_by" in parts:
            names = self._texts(parts["group_by"], empty=True)  # one message for everything
            for name in names:
                self._check(parts["group_by"], name, LABELS)
            route = replace(route, group_by=names)
        if "repeat_interval" in parts:
            route = replace(
                route, repeat_interval=self._duration(parts["repeat_interval"], at_least=timedelta(minutes=1))
            )
        if "mute" in parts:
            names = self._texts(parts["mute"], empty=True)
            for name in names:
                self._check(parts["mute"], name, mute_times)
            route = replace(route, mute=names)
        below = self._list(parts["routes"], "routes") if "routes" in parts else []
        return replace(route, routes=tuple(self._route(one, route, receivers, mute_times) for one in below))

    def _kinds(self, node: yaml.Node) -> dict[str, Kind]:
        kinds = {}
        for name, one in self._mapping(node, "tell", KINDS).items():
            if isinstance(one, yaml.ScalarNode):
                kinds[name] = replace(DEFAULT_KINDS[name], told=self._flag(one))
                continue
            parts = self._mapping(one, name, {"minimum_severity", "settle"})
            kind = DEFAULT_KINDS[name]
            if "minimum_severity" in parts:
                kind = replace(kind, minimum_severity=self._one_of(parts["minimum_severity"], SEVERITIES))
            if "settle" in parts:
                kind = replace(kind, settle=self._duration(parts["settle"]))
            kinds[name] = kind
        return kinds

    def _inhibition(self, node: yaml.Node) -> Inhibition:
        parts = self._mapping(node, "inhibit", {"source", "target", "equal"})
        for needed in ("source", "target"):
            if needed not in parts:
                self._fail(node, f"{needed} is missing")
        equal = self._texts(parts["equal"]) if "equal" in parts else ()
        for name in equal:
            self._check(parts["equal"], name, LABELS)
        return Inhibition(self._matchers(parts["source"]), self._matchers(parts["target"]), equal)

    def _mute_time(self, name: str, node: yaml.Node) -> MuteTime:
        parts = self._mapping(node, f"mute time {name}", {"weekdays", "from", "to", "timezone"})
        days = self._texts(parts["weekdays"]) if "weekdays" in parts else DAYS
        for day in days:
            self._check(parts.get("weekdays", node), day, DAYS)
        zone: ZoneInfo | timezone = timezone.utc
        if "timezone" in parts:
            try:
                zone = ZoneInfo(self._text(parts["timezone"]))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self._fail(parts["timezone"], f"{self._text(parts['timezone'])!r} is no time zone, e.g. Europe/Berlin")
        first = self._clock(parts["from"]) if "from" in parts else time.min
        last = self._clock(parts["to"]) if "to" in parts else time.max
        if first == last:
            self._fail(parts["to"], "from and to are the same time of day: leave both out for whole days")
        return MuteTime(name, frozenset(DAYS.index(day) for day in days), first, last, zone)

    def _matchers(self, node: yaml.Node) -> Matchers:
        found = {name: self._texts(one) for name, one in self._mapping(node, "match", LABELS).items()}
        for value, known in unknown_values(found):
            self._check(node, value, known)
        return found

    # -- values

    def _mapping(self, node: yaml.Node, what: str, known: Any = None) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._fail(node, f"{what} must be a mapping, name: value")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self._text(key)
            if known is not None:
                self._check(key, name, known)
            if name in found:
                self._fail(key, f"{name} appears twice")
            found[name] = value
        return found

    def _list(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self._fail(node, f"{what} must be a list, each line beginning with -")
        return node.value

    def _texts(self, node: yaml.Node, *, empty: bool = False) -> tuple[str, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not nodes and not empty:
            self._fail(node, "the list is empty")
        return tuple(self._text(one) for one in nodes)

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._fail(node, "expected a text here")
        return node.value.strip()

    def _flag(self, node: yaml.Node) -> bool:
        return self._one_of(node, ("true", "false")) == "true"

    def _number(self, node: yaml.Node, least: int) -> int:
        text = self._text(node)
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
            self._fail(node, f"{text!r} must be a whole number of at least {least}")
        return int(text)

    def _duration(self, node: yaml.Node, at_least: timedelta = timedelta()) -> timedelta:
        duration = parse_duration(self._text(node))
        if duration is None:
            self._fail(node, f"{self._text(node)!r} is no duration; write for example 30m, 4h or 2d")
        if duration < at_least:
            self._fail(node, f"{self._text(node)!r} is too short: the least is 1m")
        return duration

    def _clock(self, node: yaml.Node) -> time:
        try:
            clock = time.fromisoformat(self._text(node))
        except ValueError:
            clock = None
        if clock is not None and clock.tzinfo is None:
            return clock
        return self._fail(
            node, f'{self._text(node)!r} is no time of day; write it in quotes and without a zone, for example "18:00"'
        )

    def _one_of(self, node: yaml.Node, known: Any) -> str:
        text = self._text(node)
        self._check(node, text, known)
        return text

    def _check(self, node: yaml.Node, name: str, known: Any) -> None:
        if name not in known:
            self._fail(
                node, f"{name!r} is unknown; known: {', '.join(known if isinstance(known, tuple) else sorted(known))}"
            )

    def _fail(self, node: yaml.Node, problem: str) -> Any:
        raise UserError(f"{self._path}, line {node.start_mark.line + 1}: {problem}.", WRONG_USE)
