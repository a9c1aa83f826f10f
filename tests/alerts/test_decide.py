"""What is told to whom and why not, as Alertmanager would: on findings made here, run after run."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import timezone as zone

import pytest

from fivetran_logs.alerts.decide import Message, Plan, note_run, note_sent, plan
from fivetran_logs.alerts.findings import Alert, Findings, to_alert
from fivetran_logs.alerts.rules import Inhibition, Kind, MuteTime, Receiver, Route, Rules, default_rules
from fivetran_logs.alerts.state import Silence, State
from fivetran_logs.alerts.words import compose

START = datetime(2026, 6, 1, 8)
HOUR = timedelta(hours=1)


def incident(name: str, since: datetime = START, ended: datetime | None = None, **labels: str) -> Alert:
    row = {"alert_key": f"incident:{name}", "severity": "high", "is_open": ended is None, "since": since}
    return to_alert("incident", {**row, "ended_at": ended, "cause": name, "what": f"{name} fails", **labels})


def change(name: str, since: datetime = START) -> Alert:
    row = {"alert_key": f"breaking_change:{name}", "severity": "high", "since": since}
    return to_alert("breaking_change", {**row, "cause": name, "what": f"{name} dropped"})


class Account:
    """Runs one after the other; `fails` names addresses that take nothing."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or default_rules()
        self.state = State()
        self.fails: set[str] = set()
        self.sent: list[Message] = []

    def run(self, *alerts: Alert, at: datetime, not_asked: dict[str, str] | None = None) -> Plan:
        findings = Findings(list(alerts), at, not_asked or {})
        addresses = {name: [f"{name}/URL"] for name in self.rules.receivers}
        todo = plan(findings, self.rules, self.state, at, addresses)
        self.sent = [message for message in todo.messages if message.address not in self.fails]
        for message in self.sent:
            note_sent(self.state, message, at)
        note_run(self.state, findings, todo.dropped, at)
        return todo

    def told(self) -> list[str]:
        return [f"{message.address.partition('/')[0]}: {message.reason}" for message in self.sent]


def reasons(todo: Plan) -> str:
    return "; ".join(one.reason for one in todo.not_told)


def test_an_incident_is_told_once_reminded_daily_and_ended_once() -> None:
    account = Account()
    account.run(incident("a"), at=START + HOUR)
    assert account.told() == ["default: 1 opened"]
    for hours in range(2, 25):
        todo = account.run(incident("a"), at=START + hours * HOUR)
        assert account.told() == []
        assert "told, last at 2026-06-01 09:00; again at 2026-06-02 09:00" in reasons(todo)
    account.run(incident("a"), at=START + 25 * HOUR)
    assert account.told() == ["default: still open, last told at 2026-06-01 09:00"]
    ended = incident("a", ended=START + 25.5 * HOUR)
    account.run(ended, at=START + 26 * HOUR)
    assert account.told() == ["default: 1 recovered"]
    text = compose(account.sent[0], now=START + 26 * HOUR)
    assert text.is_over
    assert text.title == "Recovered: a fails (after 1 day)"
    account.run(ended, at=START + 27 * HOUR)
    assert account.told() == []


def test_what_heals_before_it_is_told_is_never_told() -> None:
    account = Account()
    todo = account.run(incident("a", START), at=START + timedelta(minutes=10))
    assert "less than 30 minutes: told if it lasts" in reasons(todo)
    account.run(incident("a", START, START + timedelta(minutes=20)), at=START + HOUR)
    assert account.told() == []
    # open in two builds counts as lasting, however young it says it is
    account.run(incident("b", START + HOUR), at=START + timedelta(minutes=70))
    account.run(incident("b", START + HOUR), at=START + timedelta(minutes=75))
    assert account.told() == ["default: 1 opened"]


def test_recovery_goes_only_to_whom_the_opening_went() -> None:
    receivers = {name: Receiver(name, ("URL",)) for name in ("a", "b")}
    account = Account(Rules(receivers, Route("a", routes=(Route("b", {"team": ("b",)}, go_on=True), Route("a")))))
    account.fails = {"b/URL"}
    account.run(incident("x", team="b"), at=START + HOUR)
    assert account.told() == ["a: 1 opened"]
    account.fails = set()
    account.run(incident("x", ended=START + HOUR, team="b"), at=START + 2 * HOUR)
    assert account.told() == ["a: 1 recovered"]


def test_a_receiver_that_was_down_is_told_the_next_time_and_the_others_are_not_told_twice() -> None:
    receivers = {name: Receiver(name, ("URL",)) for name in ("a", "b")}
    account = Account(Rules(receivers, Route("a", routes=(Route("b", go_on=True), Route("a")))))
    account.fails = {"b/URL"}
    account.run(incident("x"), at=START + HOUR)
    account.fails = set()
    account.run(incident("x"), at=START + 2 * HOUR)
    assert account.told() == ["b: 1 opened"]


def test_routes_take_the_first_match_and_go_on_where_told() -> None:
    receivers = {name: Receiver(name, ("URL",)) for name in ("all", "finance", "pager", "log")}
    finance = Route("finance", {"team": ("fin*",)})
    pager = Route("pager", {"severity": ("critical", "high")})
    log = Route("log", {"kind": ("incident",)}, go_on=True)
    account = Account(Rules(receivers, Route("all", routes=(log, finance, pager))))
    account.run(incident("x", team="finance"), incident("y", team="ops"), change("z"), at=START + HOUR)
    assert sorted(account.told()) == [
        "finance: 1 opened",
        "log: 1 opened",
        "log: 1 opened",
        "pager: 1 happened",
        "pager: 1 opened",
    ]


def test_worse_is_news_and_better_is_not() -> None:
    account = Account()
    account.run(incident("a"), at=START + HOUR)
    account.run(incident("a", severity="critical"), at=START + 2 * HOUR)
    assert account.told() == ["default: 1 worse"]
    account.run(incident("a", severity="medium"), at=START + 3 * HOUR)
    account.run(incident("a", severity="critical"), at=START + 4 * HOUR)
    assert account.told() == []


def test_events_are_told_once_and_old_ones_not_at_all() -> None:
    account = Account()
    old, new = change("old", START - timedelta(days=3)), change("new", START)
    todo = account.run(old, new, at=START + HOUR)
    assert account.told() == ["default: 1 happened"]
    assert "more than a day before the first alert run" in reasons(todo)
    todo = account.run(old, new, at=START + 30 * HOUR)
    assert account.told() == []
    assert "told at 2026-06-01T09:00" in reasons(todo)


def test_a_silence_ends_and_an_acknowledgement_lasts_until_recovery() -> None:
    account = Account()
    until = (START + 3 * HOUR).isoformat()
    account.state.silences.append(Silence("s", {"cause": ["a"]}, START.isoformat(), until, "ada", "migration"))
    todo = account.run(incident("a"), incident("b"), at=START + HOUR)
    assert account.told() == ["default: 1 opened"]
    assert "silenced until 2026-06-01T11:00 by ada: migration" in reasons(todo)
    account.run(incident("a"), incident("b"), at=START + 3 * HOUR)
    assert account.told() == ["default: 1 opened"]
    account.state.silences.append(Silence("k", {}, START.isoformat(), None, "ben", "on it", "incident:b"))
    todo = account.run(incident("a"), incident("b"), at=START + 30 * HOUR)
    assert account.told() == ["default: still open, last told at 2026-06-01 11:00"]
    assert "acknowledged by ben: on it" in reasons(todo)
    account.run(incident("a"), incident("b", ended=START + 30 * HOUR), at=START + 31 * HOUR)
    assert account.told() == ["default: 1 recovered"]
    assert [one.id for one in account.state.silences] == ["s"]


def test_a_late_log_mutes_freshness_and_a_wave_its_members() -> None:
    stale = to_alert("platform_log_stale", {"alert_key": "platform_log_stale:x", "what": "the log is late"})
    late = to_alert("delayed", {"alert_key": "delayed:c", "severity": "high", "what": "c is late"})
    wave = to_alert("wave", {"alert_key": "wave:w", "severity": "high", "wave_id": "w", "what": "all fail"})
    account = Account()
    member, alone = incident("a", wave_id="w"), incident("b")
    todo = account.run(stale, late, wave, member, alone, at=START + HOUR)
    assert sum(message.reason == "1 opened" for message in account.sent) == 3
    assert "muted while this is open: the log is late" in reasons(todo)
    assert "muted while this is open: all fail" in reasons(todo)
    account.run(late, alone, at=START + 2 * HOUR)
    assert sorted(account.told()) == ["default: 1 opened", "default: 1 recovered", "default: 1 recovered"]


def test_an_inhibition_needs_the_labels_that_must_agree() -> None:
    rules = Rules(
        {"a": Receiver("a", ("URL",))},
        Route("a"),
        inhibit=(Inhibition({"kind": ("incident",)}, {"kind": ("incident",)}, ("team",)),),
    )
    account = Account(rules)
    account.run(incident("x"), incident("y"), at=START + HOUR)
    assert account.told() == ["a: 1 opened", "a: 1 opened"]


def test_two_alerts_never_mute_each_other_and_what_is_not_told_mutes_nothing() -> None:
    every = Inhibition({"severity": ("high", "critical")}, {"severity": ("*",)})
    account = Account(Rules({"a": Receiver("a", ("URL",))}, Route("a"), inhibit=(every,)))
    lesser = to_alert("volume", {"alert_key": "volume:v", "severity": "medium", "what": "v has few rows"})
    todo = account.run(incident("x"), incident("y"), lesser, at=START + HOUR)
    assert account.told() == ["a: 1 opened", "a: 1 opened"]
    assert "muted while this is open: x fails" in reasons(todo)
    wave = to_alert("wave", {"alert_key": "wave:w", "severity": "high", "wave_id": "w", "what": "all fail"})
    for kind in (Kind(told=False), Kind(minimum_severity="critical")):
        account = Account(replace(default_rules(), kinds={**default_rules().kinds, "wave": kind}))
        account.run(wave, incident("a", wave_id="w"), at=START + HOUR)
        assert account.told() == ["default: 1 opened"]


def test_a_clock_that_was_wrong_for_a_run_ends_no_reminders_and_no_silences() -> None:
    account = Account()
    account.run(incident("a"), at=START + 1000 * 24 * HOUR)
    account.run(incident("a"), at=START + HOUR)
    assert account.told() == ["default: still open, last told at 2029-02-25 08:00"]
    account.run(incident("a"), at=START + 2 * HOUR)
    assert account.told() == []
    end = (START + 4 * HOUR).isoformat()
    account.state.silences.append(Silence("s", {"kind": ["incident"]}, START.isoformat(), end, "ada", "move"))
    assert "silenced until" in reasons(account.run(incident("a"), incident("b"), at=START + 3 * HOUR))
    assert account.told() == []


@pytest.mark.parametrize(("at", "told"), [(8, False), (17, True), (18, False), (23, False), (2, False), (7.9, False)])
def test_hours_without_messages_go_past_midnight_and_what_lasts_is_told_after(at: float, told: bool) -> None:
    night = MuteTime("night", frozenset(range(7)), datetime(1, 1, 1, 18).time(), datetime(1, 1, 1, 9).time(), zone.utc)
    rules = Rules({"a": Receiver("a", ("URL",))}, Route("a", mute=("night",)), mute_times={"night": night})
    account = Account(rules)
    moment = datetime(2026, 6, 2) + timedelta(hours=at)
    todo = account.run(incident("x"), at=moment)
    assert bool(account.sent) is told
    assert told or "muted in these hours: night" in reasons(todo)
    account.run(incident("x"), at=datetime(2026, 6, 3, 10))
    assert len(account.sent) == (0 if told else 1)


def test_a_kind_that_could_not_be_asked_has_not_recovered() -> None:
    account = Account()
    account.run(incident("a"), at=START + HOUR)
    account.run(at=START + 2 * HOUR, not_asked={"incident": "not built"})
    assert account.told() == []
    account.run(at=START + 3 * HOUR)
    assert account.told() == ["default: 1 recovered"]


def test_receivers_have_their_own_threshold_and_may_do_without_recoveries() -> None:
    receivers = {"a": Receiver("a", ("URL",), minimum_severity="critical"), "b": Receiver("b", ("URL",), False)}
    account = Account(Rules(receivers, Route("a", routes=(Route("a", go_on=True), Route("b")))))
    todo = account.run(incident("x"), at=START + HOUR)
    assert account.told() == ["b: 1 opened"]
    assert "high: a is told from critical on" in reasons(todo)
    account.run(incident("x", ended=START + HOUR), at=START + 2 * HOUR)
    assert account.told() == []
    assert account.state.groups == {}


def test_kinds_can_be_switched_off_and_have_a_threshold() -> None:
    rules = default_rules()
    rules = Rules(rules.receivers, rules.route, {**rules.kinds, "incident": Kind(told=False)})
    todo = Account(rules).run(incident("x"), at=START + HOUR)
    assert reasons(todo) == "the rules do not tell incident"
    todo = Account().run(incident("x", severity="low"), at=START + HOUR)
    assert reasons(todo) == "low: the rules tell incident from medium on"


def test_a_storm_is_counted_and_every_alert_of_it_is_known_and_recovers() -> None:
    account = Account()
    storm = [incident(f"i{number}") for number in range(1000)]
    account.run(*storm, at=START + HOUR)
    assert len(account.sent) == 20
    assert account.told()[-1] == "default: and 981 more"
    text = compose(account.sent[-1], now=START + HOUR)
    assert text.title.startswith("And 981 more: [high] incident: 981")
    assert len(text.body) < 10_000
    account.run(*storm, at=START + 2 * HOUR)
    assert account.told() == []
    account.run(at=START + 3 * HOUR)
    assert len(account.sent) == 20
    assert account.state.groups == {}


def test_figures_have_their_units() -> None:
    facts = {"budget_usd": 4400.5, "expected_gap_minutes": 4320, "failed_syncs": 1200}
    account = Account()
    alert = to_alert("budget", {"alert_key": "budget:b", "severity": "high", "what": "The budget is spent.", **facts})
    account.run(alert, at=START)
    text = compose(account.sent[0], now=START)
    assert "How bad: high; budget $4,400.50; expected gap 3 days; failed syncs 1,200" in text.body


def test_one_cause_is_one_message() -> None:
    account = Account()
    account.run(*(incident(name, cause="edit 7") for name in "abc"), at=START + HOUR)
    assert account.told() == ["default: 3 opened"]
    account.run(*(incident(name, cause="edit 7") for name in "abcd"), at=START + 2 * HOUR)
    assert account.told() == ["default: 1 opened"]
    assert compose(account.sent[0], now=START).title == "[high] incident: 4"


@pytest.mark.parametrize("seed", range(5))
def test_two_weeks_hour_by_hour(seed: int) -> None:
    """Every incident that lasts is told once and ended once; reminders are daily; a flapping connection is no storm."""
    dice = random.Random(seed)
    all_incidents = []
    for number in range(60):
        since = START + timedelta(minutes=dice.randrange(14 * 24 * 60))
        lasts = timedelta(minutes=dice.choice([5, 20, 90, 400, 3000]))
        all_incidents.append((f"i{number}", since, since + lasts))
    flapping = [(f"f{n}", START + n * HOUR, START + n * HOUR + timedelta(minutes=20)) for n in range(0, 336, 2)]
    account = Account()
    opened, ended, reminded = Counter(), Counter(), Counter()
    for hour in range(17 * 24):
        now = START + hour * HOUR
        alerts = [
            incident(name, since, until if until <= now else None)
            for name, since, until in all_incidents + flapping
            if since <= now
        ]
        account.run(*alerts, at=now)
        for message in account.sent:
            for part in message.changes:
                opened.update(alert.key for alert in part.opened)
                ended.update(recovered.key for recovered in part.recovered)
                reminded.update(alert.key for alert in part.still)
    lasting = {
        f"incident:{name}": until - since
        for name, since, until in all_incidents
        if any(
            since + timedelta(minutes=30) <= START + h * HOUR < until
            or (since <= START + h * HOUR and START + (h + 1) * HOUR < until)
            for h in range(17 * 24)
        )
    }
    assert set(opened) == set(lasting)
    assert set(opened.values()) == {1}
    assert ended == opened
    assert all(reminded[key] <= lasted / timedelta(hours=24) for key, lasted in lasting.items())
