"""The rules file: what it means, and one sentence with the line for what is wrong in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from helpers import ROOT, run_cli

from fivetran_logs.alerts.rules import find_rules, matches, read_rules
from fivetran_logs.failures.errors import UserError

WHOLE = """
report_url: https://intranet.example.com/fivetran.html
max_messages: 5
receivers:
  on-call:
    urls: [PAGER_URL]
    minimum_severity: high
  finance:
    urls: FINANCE_URL
    send_resolved: false
    detail: short
mute_times:
  weekend: {weekdays: [sat, sun]}
  night: {from: "18:00", to: "08:00", timezone: Europe/Berlin}
route:
  receiver: on-call
  group_by: [connection_id]
  repeat_interval: 4h
  routes:
    - match: {kind: budget}
      receiver: finance
      mute: [weekend, night]
      repeat_interval: 7d
    - match: {team: [a, "b*"]}
      continue: true
tell:
  sensitive_action: false
  incident: {minimum_severity: low, settle: 0m}
inhibit:
  - source: {kind: wave}
    target: {kind: incident}
    equal: [wave_id]
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "alerts.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    rules = read_rules(written(tmp_path, WHOLE))
    assert rules.max_messages == 5
    assert rules.receivers["finance"].short
    assert not rules.receivers["finance"].send_resolved
    budget, team = rules.route.routes
    assert (budget.receiver, budget.mute, budget.group_by) == ("finance", ("weekend", "night"), ("connection_id",))
    assert (team.receiver, team.go_on, team.repeat_interval) == ("on-call", True, timedelta(hours=4))
    assert matches(team.match, {"team": "bees"})
    assert not matches(team.match, {"team": "cats"})
    assert not matches(team.match, {})
    assert rules.kinds["incident"].settle == timedelta()
    assert not rules.kinds["sensitive_action"].told
    assert len(rules.inhibit) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("receivers:", "recievers:", "line 4: 'recievers' is unknown"),
        ("receiver: finance", "receiver: money", "line 21: 'money' is unknown; known: finance, on-call"),
        ("{kind: budget}", "{kin: budget}", "line 20: 'kin' is unknown"),
        ("repeat_interval: 4h", "repeat_interval: often", "line 18: 'often' is no duration"),
        ("[weekend, night]", "[noon]", "line 22: 'noon' is unknown"),
        ("Europe/Berlin", "Europe/Nowhere", "line 14: 'Europe/Nowhere' is no time zone"),
        ('"18:00"', '"25:00"', "line 14: '25:00' is no time of day"),
        ("[sat, sun]", "[saturday]", "line 13: 'saturday' is unknown"),
        ("urls: [PAGER_URL]", "urls: [slack://secretA/secretB/secretC]", "line 6: urls takes names of environment"),
        ("    urls: [PAGER_URL]\n", "", "line 6: receiver on-call has no urls"),
        ("max_messages: 5", "max_messages: 0", "line 3: '0' must be a whole number of at least 1"),
        ("sensitive_action: false", "sensitive_action: no way", "line 27: 'no way' is unknown; known: true, false"),
        ("  receiver: on-call\n", "", "line 16: the first route needs a receiver"),
        ("  group_by: [connection_id]", "  group_by: [color]", "line 17: 'color' is unknown"),
        ("max_messages: 5", "max_messages: 5\nmax_messages: 6", "line 4: max_messages appears twice"),
        ("  finance:", "  finance: [", "not YAML"),
        ("    target: {kind: incident}\n", "", "line 30: target is missing"),
        ("urls: [PAGER_URL]", "urls: []", "line 6: the list is empty"),
        ('{team: [a, "b*"]}', "{team: []}", "line 24: the list is empty"),
        ("[sat, sun]", "[]", "line 13: the list is empty"),
        ("{kind: budget}", "{kind: budgets}", "line 20: 'budgets' is unknown"),
        ("{kind: budget}", "{severity: [urgent]}", "line 20: 'urgent' is unknown"),
        ("equal: [wave_id]", "equal: [wave]", "line 32: 'wave' is unknown"),
        ("repeat_interval: 4h", "repeat_interval: -4h", "line 18: '-4h' is no duration"),
        ("repeat_interval: 4h", "repeat_interval: 0m", "line 18: '0m' is too short"),
        ("repeat_interval: 4h", "repeat_interval: 99999999999w", "line 18: '99999999999w' is no duration"),
        ('"18:00"', '"18:00+02:00"', "line 14: '18:00+02:00' is no time of day"),
        ('"18:00"', '"08:00"', "line 14: from and to are the same"),
        ("max_messages: 5", "max_messages: ²", "line 3: '²' must be a whole number"),
        ("  routes:", "  routes: &r\n    - {receiver: on-call, routes: *r}", "a part of it contains itself"),
        ("  finance:\n", "  <<: *none\n  finance:\n", "line 8: not YAML"),
    ],
)
def test_one_sentence_names_the_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in WHOLE
    with pytest.raises(UserError) as caught:
        read_rules(written(tmp_path, WHOLE.replace(old, new, 1)))
    assert says in str(caught.value)
    assert "secretA" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "- a\n", "route: 5\n", "receivers: {}\nroute: {}\n", "\x00", "a: &a [*a]"]
)
def test_no_file_is_a_stack_trace(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        read_rules(written(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["receivers: é".encode("latin-1"), "receivers: x".encode("utf-16"), b"[" * 50_000])
def test_no_bytes_are_a_stack_trace(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alerts.yml").write_bytes(content)
    with pytest.raises(UserError, match=r"alerts\.yml"):
        read_rules(tmp_path / "alerts.yml")


def test_a_file_that_is_there_and_cannot_be_read_is_no_wish_for_the_default_rules(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alerts.yml").symlink_to(tmp_path / "gone.yml")
    with pytest.raises(UserError, match="cannot be read: No such file"):
        find_rules(None)
    (tmp_path / "alerts.yml").unlink()
    (tmp_path / "alerts.yml").mkdir()
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        find_rules(None)


@pytest.mark.parametrize(
    ("wanted", "name", "fits"),
    [
        ("orders[eu]", "orders[eu]", True),
        ("orders[eu]", "orderse", False),
        ("what?", "what?", True),
        ("what?", "whats", False),
        ("*eu*", "orders[eu]\n2", True),
        ("", "", True),
        ("*", "", True),
        ("Orders", "orders", False),
    ],
)
def test_only_a_star_stands_for_any_text(wanted: str, name: str, fits: bool) -> None:
    assert matches({"connection_name": (wanted,)}, {"connection_name": name}) is fits


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-28T16:59", False),  # 17:59 in Berlin, winter
        ("2026-03-28T17:00", True),
        ("2026-03-29T05:59", True),  # 07:59 in summer, which began in this night
        ("2026-03-29T06:00", False),
        ("2026-10-25T06:59", True),  # 07:59 in winter again
        ("2026-10-25T07:00", False),
    ],
)
def test_hours_without_messages_follow_the_clocks_of_their_zone(tmp_path: Path, at: str, holds: bool) -> None:
    night = read_rules(written(tmp_path, WHOLE)).mute_times["night"]
    assert night.holds(datetime.fromisoformat(at)) is holds


def test_without_a_file_all_goes_to_one_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = find_rules(None)
    assert [one.urls for one in rules.receivers.values()] == [("FIVETRAN_LOGS_ALERT_URLS",)]
    with pytest.raises(UserError, match="cannot be read"):
        find_rules(tmp_path / "none.yml")


def test_check_prints_the_routes_and_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, WHOLE)
    monkeypatch.setenv("PAGER_URL", "json://localhost/")
    result = run_cli("alert", "check", cwd=tmp_path)
    assert result.code == 1
    assert "kind: budget → finance, grouped by connection_id, again after 7 days" in result.out
    assert "needs the environment variable FINANCE_URL" in result.out
    monkeypatch.setenv("FINANCE_URL", "nonsense-s3cr3t-address")
    result = run_cli("alert", "check", cwd=tmp_path)
    assert "holds no Apprise address" in result.out
    assert "s3cr3t" not in result.out + result.err
    monkeypatch.setenv("FINANCE_URL", "json://localhost/ json://127.0.0.1/")
    assert run_cli("alert", "check", cwd=tmp_path).code == 0


def test_the_example_in_the_documentation_holds(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert read_rules(written(tmp_path, example)).receivers
