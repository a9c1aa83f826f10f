"""Decides what is told to whom, and says for everything else why it is not. Nothing is sent or written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fivetran_logs.alerts.findings import SEVERITIES, Alert, Findings
from fivetran_logs.alerts.rules import Receiver, Route, Rules, matches
from fivetran_logs.alerts.state import Group, Silence, State, Told

BEFORE_FIRST_RUN = timedelta(hours=24)  # older events are no news to those who begin to use alerts


@dataclass(frozen=True)
class Recovered:
    """An alert that was told and is over; `alert` is what the marts say of its end, if they still do."""

    key: str
    told: Told
    alert: Alert | None


@dataclass
class Change:
    """What one group of alerts has to tell to one address."""

    group: str
    labels: dict[str, str]
    opened: list[Alert] = field(default_factory=list)
    worse: list[Alert] = field(default_factory=list)
    recovered: list[Recovered] = field(default_factory=list)
    events: list[Alert] = field(default_factory=list)
    still: list[Alert] = field(default_factory=list)

    @property
    def is_news(self) -> bool:
        return bool(self.opened or self.worse or self.recovered or self.events)

    @property
    def count(self) -> int:
        return len(self.opened) + len(self.worse) + len(self.recovered) + len(self.events)

    @property
    def rank(self) -> tuple[int, int]:
        """To sort by: what is wrong before what is over, the worst first."""
        wrong = [alert.rank for alert in (*self.opened, *self.worse, *self.events, *self.still)]
        return (max(wrong, default=-1), len(wrong))


@dataclass(frozen=True)
class Message:
    """One message to one address. With several changes it is the last of a run: `and 240 more`."""

    address: str
    receiver: Receiver
    changes: Sequence[Change]
    reason: str

    @property
    def is_overflow(self) -> bool:
        return len(self.changes) > 1


@dataclass(frozen=True)
class NotTold:
    """An alert, to whom it was not told (empty: to nobody), and why."""

    what: str
    address: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """Messages in the order to send them, what is not told, and what to forget: its receiver wants no recovery."""

    messages: list[Message]
    not_told: list[NotTold]
    dropped: list[tuple[str, str]]


def routes_of(route: Route, labels: Mapping[str, str]) -> Iterator[Route]:
    """The branches an alert takes: the first that matches at each fork, the next too if that one says continue."""
    taken = False
    for below in route.routes:
        if matches(below.match, labels):
            taken = True
            yield from routes_of(below, labels)
            if not below.go_on:
                break
    if not taken:
        yield route


def plan(findings: Findings, rules: Rules, state: State, now: datetime, addresses: Mapping[str, Sequence[str]]) -> Plan:
    """The messages of a run.

    now        UTC without zone
    addresses  names of the addresses of each receiver, such as on-call/ON_CALL_URL
    """
    return _Planner(findings, rules, state, now, addresses).plan()


class _Planner:
    def __init__(
        self,
        findings: Findings,
        rules: Rules,
        state: State,
        now: datetime,
        addresses: Mapping[str, Sequence[str]],
    ) -> None:
        self._findings, self._rules, self._state, self._now = findings, rules, state, now
        self._addresses = addresses
        self._not_told: list[NotTold] = []
        self._changes: dict[tuple[str, str], Change] = {}
        self._receivers = {address: rules.receivers[name] for name, several in addresses.items() for address in several}
        self._intervals: dict[tuple[str, str], timedelta] = {}
        self._sources = [
            [
                alert
                for alert in findings.alerts
                if alert.is_open
                and not alert.is_event
                and matches(rule.source, alert.labels)
                and self._is_wanted(alert)
            ]
            for rule in rules.inhibit
        ]
        self._told = {address: state.told_to(address) for address in self._receivers}

    def plan(self) -> Plan:
        live = [alert for alert in self._findings.alerts if alert.is_open or alert.is_event]
        for alert in live:
            reason = self._why_nobody(alert)
            if reason:
                self._not_told.append(NotTold(alert.what, "", reason))
            else:
                self._route(alert)
        dropped = self._recover({alert.key for alert in live if alert.is_open and not alert.is_event})
        return Plan(self._messages(), self._not_told, dropped)

    # -- reasons for silence

    def _why_nobody(self, alert: Alert) -> str | None:
        kind = self._rules.kinds[alert.kind]
        if not kind.told:
            return f"the rules do not tell {alert.kind}"
        if alert.rank < SEVERITIES.index(kind.minimum_severity):
            return f"{alert.severity}: the rules tell {alert.kind} from {kind.minimum_severity} on"
        if alert.is_event:
            first = datetime.fromisoformat(self._state.first_run_at) if self._state.first_run_at else self._now
            if alert.since is not None and alert.since < first - BEFORE_FIRST_RUN:
                return "it happened more than a day before the first alert run"
        elif kind.settle and not self._has_settled(alert, kind.settle):
            return f"it has lasted less than {in_words(kind.settle)}: told if it lasts"
        return self._inhibited(alert) or self._silenced(alert)

    def _is_wanted(self, alert: Alert) -> bool:
        """Whether the rules tell it: what nobody hears of mutes nothing."""
        kind = self._rules.kinds[alert.kind]
        return kind.told and alert.rank >= SEVERITIES.index(kind.minimum_severity)

    def _has_settled(self, alert: Alert, settle: timedelta) -> bool:
        """It began long enough ago, or an earlier build had it too."""
        at = self._findings.built_as_of or self._now
        seen = self._state.seen.get(alert.key)
        return alert.since is None or at - alert.since >= settle or (seen is not None and seen < at.isoformat())

    def _inhibited(self, alert: Alert) -> str | None:
        for number, rule in enumerate(self._rules.inhibit):
            if not matches(rule.target, alert.labels):
                continue
            for source in self._sources[number]:
                # As in Alertmanager: two that are source and target at once would mute each other.
                if matches(rule.source, alert.labels) and matches(rule.target, source.labels):
                    continue
                if source.key != alert.key and all(
                    name in alert.labels and alert.labels[name] == source.labels.get(name) for name in rule.equal
                ):
                    return f"muted while this is open: {source.what}"
        return None

    def _silenced(self, alert: Alert) -> str | None:
        for silence in self._state.silences:
            if silence.holds(alert.key, dict(alert.labels), self._now):
                return _silence_in_words(silence)
        return None

    def _muted(self, route: Route) -> str | None:
        for name in route.mute:
            if self._rules.mute_times[name].holds(self._now):
                return f"muted in these hours: {name}"
        return None

    # -- what has changed

    def _route(self, alert: Alert) -> None:
        for route in routes_of(self._rules.route, alert.labels):
            receiver = self._rules.receivers[route.receiver]
            for address in self._addresses[receiver.name]:
                reason = self._muted(route)
                if alert.rank < SEVERITIES.index(receiver.minimum_severity):
                    reason = f"{alert.severity}: {receiver.name} is told from {receiver.minimum_severity} on"
                if reason and alert.key not in self._told[address]:
                    self._not_told.append(NotTold(alert.what, address, reason))
                else:
                    self._add(alert, route, address, muted=reason)

    def _add(self, alert: Alert, route: Route, address: str, *, muted: str | None) -> None:
        known = self._told[address].get(alert.key)
        labels = {name: alert.labels.get(name, "") for name in route.group_by}
        name = known or " ".join([address, *(f"{label}={value}" for label, value in labels.items())])
        change = self._changes.setdefault((address, name), Change(name, labels))
        self._intervals[address, name] = route.repeat_interval
        if alert.is_event:
            at = self._state.events.get(address, {}).get(alert.key)
            if at is None:
                if alert not in change.events:
                    change.events.append(alert)
            else:
                self._not_told.append(NotTold(alert.what, address, f"told at {at:.16}"))
        elif known is None:
            if alert not in change.opened:  # two branches may lead to one receiver
                change.opened.append(alert)
        elif muted:
            self._not_told.append(NotTold(alert.what, address, muted))
        elif alert.rank > SEVERITIES.index(self._state.groups[known].told[alert.key].severity):
            change.worse.append(alert)
        elif alert not in change.still:
            change.still.append(alert)

    def _recover(self, open_keys: set[str]) -> list[tuple[str, str]]:
        """Adds what was told and is over. Returns what is to be forgotten in silence, as (group, key)."""
        ended = {alert.key: alert for alert in self._findings.alerts if not alert.is_open}
        dropped = []
        for name, group in self._state.groups.items():
            for key, told in group.told.items():
                if key in open_keys or told.kind in self._findings.not_asked:
                    continue
                receiver = self._receivers.get(group.receiver)
                if receiver is None and self._is_only_missing(group.receiver):
                    reason = "its address is not set now: told when it is"
                    self._not_told.append(NotTold(f"recovered: {told.what}", group.receiver, reason))
                    continue
                if receiver is None or not receiver.send_resolved:
                    dropped.append((name, key))
                    continue
                mute = next((self._muted(route) for route in self._routes_to(receiver, told.labels)), None)
                if mute:
                    self._not_told.append(NotTold(f"recovered: {told.what}", group.receiver, mute))
                    continue
                change = self._changes.setdefault((group.receiver, name), Change(name, group.labels))
                change.recovered.append(Recovered(key, told, ended.get(key)))
        return dropped

    def _is_only_missing(self, address: str) -> bool:
        """Whether the rules still have an address that the environment lacks in this run."""
        name, _, variable = address.rpartition("/")
        variable = variable.partition(".")[0]
        known = name in self._rules.receivers and variable in self._rules.receivers[name].urls
        return known and f"{name}/{variable}" not in self._receivers

    def _routes_to(self, receiver: Receiver, labels: Mapping[str, str]) -> Iterator[Route]:
        return (route for route in routes_of(self._rules.route, labels) if route.receiver == receiver.name)

    # -- messages

    def _messages(self) -> list[Message]:
        by_address: dict[str, list[Message]] = {}
        for (address, name), change in self._changes.items():
            reason = self._reason(address, name, change)
            if reason:
                message = Message(address, self._receivers[address], [change], reason)
                by_address.setdefault(address, []).append(message)
        for messages in by_address.values():
            messages.sort(key=lambda message: message.changes[0].rank, reverse=True)
        return [message for messages in by_address.values() for message in self._capped(messages)]

    def _reason(self, address: str, name: str, change: Change) -> str | None:
        if change.is_news:
            words = (("opened", change.opened), ("worse", change.worse), ("happened", change.events))
            news = [f"{len(alerts)} {word}" for word, alerts in words if alerts]
            return ", ".join(news + ([f"{len(change.recovered)} recovered"] if change.recovered else []))
        if not change.still:
            return None
        last = datetime.fromisoformat(self._state.groups[name].last_sent_at)
        again = last + self._intervals[address, name]
        if self._now >= again or last - self._now > self._intervals[address, name]:  # or the clock was wrong then
            return f"still open, last told at {last:%Y-%m-%d %H:%M}"
        for alert in change.still:
            reason = f"told, last at {last:%Y-%m-%d %H:%M}; again at {again:%Y-%m-%d %H:%M} if still open"
            self._not_told.append(NotTold(alert.what, address, reason))
        return None

    def _capped(self, messages: list[Message]) -> list[Message]:
        """At most so many messages to one address; the last one counts the rest."""
        most = self._rules.max_messages
        if len(messages) <= most:
            return messages
        first, rest = messages[: most - 1], messages[most - 1 :]
        changes = [change for message in rest for change in message.changes]
        count = sum(max(change.count, 1) for change in changes)
        return [*first, Message(rest[0].address, rest[0].receiver, changes, f"and {count:,} more")]


# -- services that keep incidents: PagerDuty, Opsgenie


def page_of(message: Message, state: State) -> str:
    """The name of the page that a message opens, changes or closes."""
    if message.is_overflow:
        return f"{message.address} more"
    name = message.changes[0].group
    group = state.groups.get(name)
    return (group and group.page) or name


def one_page_each(message: Message, state: State) -> list[Message]:
    """The rest of a storm as one page for all that is new, and a message for each page that is open already."""
    if not message.is_overflow:
        return [message]
    new = [change for change in message.changes if change.group not in state.groups]
    known = [change for change in message.changes if change.group in state.groups]
    several = [new] if new else []
    several += [[change] for change in known]
    return [Message(message.address, message.receiver, changes, message.reason) for changes in several]


def is_only_recovery(message: Message) -> bool:
    """Whether it only says what is over."""
    return not any(change.opened or change.worse or change.events or change.still for change in message.changes)


def closes_page(message: Message, state: State) -> bool:
    """Whether nothing is left of what its page was opened for, silenced and acknowledged alerts included."""
    page = page_of(message, state)
    over = {(change.group, recovered.key) for change in message.changes for recovered in change.recovered}
    left = (
        (name, key)
        for name, group in state.groups.items()
        if group.receiver == message.address and (group.page or name) == page
        for key in group.told
    )
    return is_only_recovery(message) and over.issuperset(left)


# -- what a run leaves


def note_sent(state: State, message: Message, now: datetime) -> None:
    """Notes in the state that a message has arrived."""
    at = now.isoformat()
    page = page_of(message, state) if message.is_overflow else None
    for change in message.changes:
        group = state.groups.setdefault(change.group, Group(message.address, dict(change.labels), at, page=page))
        group.last_sent_at = at
        for alert in (*change.opened, *change.worse):
            since = alert.since.isoformat() if alert.since else None
            group.told[alert.key] = Told(alert.kind, alert.what, alert.severity, since, at, dict(alert.labels))
        for alert in change.events:
            state.events.setdefault(message.address, {})[alert.key] = at
        for recovered in change.recovered:
            group.told.pop(recovered.key, None)


def note_run(state: State, findings: Findings, dropped: Sequence[tuple[str, str]], now: datetime) -> None:
    """Notes in the state that a run has looked at a build, and ends what has lost its object."""
    built = (findings.built_as_of or now).isoformat()
    open_keys = {alert.key for alert in findings.alerts if alert.is_open and not alert.is_event}
    kept = {key: at for key, at in state.seen.items() if key in open_keys or _kind(key) in findings.not_asked}
    state.seen = {**dict.fromkeys(sorted(open_keys), built), **kept}
    state.silences = [
        one for one in state.silences if one.key is None or one.key in open_keys or _kind(one.key) in findings.not_asked
    ]
    for group, key in dropped:
        state.groups[group].told.pop(key, None)
    state.first_run_at = state.first_run_at or now.isoformat()
    state.last_run_at = now.isoformat()
    state.built_as_of = findings.built_as_of.isoformat() if findings.built_as_of else state.built_as_of
    state.forget(now)


def _kind(key: str) -> str:
    return key.partition(":")[0]


def _silence_in_words(silence: Silence) -> str:
    if silence.key is not None:
        return f"acknowledged by {silence.author}: {silence.comment}"
    return f"silenced until {silence.ends_at:.16} by {silence.author}: {silence.comment}"


def in_words(duration: timedelta) -> str:
    """A duration as a person says it: `30 minutes`, `4 hours`, `3 days`."""
    seconds = int(duration.total_seconds())
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
