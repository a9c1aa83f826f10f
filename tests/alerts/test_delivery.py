"""Alerts sent for real, to servers here that are slow, refuse, limit their rate or hang; what arrived is counted."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alert_servers import NOW, Server, each_arrived, incident, receivers
from helpers import run_cli
from killed_runs import killed_until_one_ends

from fivetran_logs.alerts import send
from fivetran_logs.alerts.findings import Findings, to_alert
from fivetran_logs.alerts.state import StateFile
from fivetran_logs.commands import alert as verb


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(send, "READ_SECONDS", 1.0)


def test_told_once_and_ended_once(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    for _ in range(3):
        assert run_cli("alert", cwd=tmp_path).code == 0
    found[:] = [incident("a", NOW)]
    for _ in range(3):
        assert run_cli("alert", cwd=tmp_path).code == 0
    titles = [(body["title"], body["type"]) for body in servers[0].taken]
    assert titles == [("[high] a fails", "failure"), ("Recovered: a fails (after 2 hours)", "success")]
    assert "Whom it hurts: team ops" in servers[0].taken[0]["message"]
    state = (tmp_path / "fivetran_logs_alerts.json").read_text()
    assert "127.0.0.1" not in state


def test_the_others_still_get_theirs_and_who_was_down_gets_it_the_next_time(
    tmp_path: Path, servers, found, monkeypatch
) -> None:
    up, limited, broken = Server(), Server(429, 429), Server(*[500] * 5)
    hanging = Server(seconds=3)
    servers += [up, limited, broken, hanging]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refusing = f"json://127.0.0.1:{closed.getsockname()[1]}/"
    receivers(
        tmp_path,
        monkeypatch,
        up=up.address,
        limited=limited.address,
        broken=broken.address,
        refusing=refusing,
        hanging=hanging.address,
    )
    found += [incident("a"), incident("b")]
    result = run_cli("alert", cwd=tmp_path)
    assert result.code == 1
    for name in ("broken", "refusing", "hanging"):
        assert f"{name}/{name.upper()}_URL took no message in several attempts; 2 wait" in result.err
    assert [len(server.taken) for server in (up, limited, broken)] == [2, 2, 0]
    hanging.seconds = 0
    result = run_cli("alert", cwd=tmp_path)
    assert "refusing/REFUSING_URL took no message" in result.err
    assert "broken" not in result.err
    assert [len(server.taken) for server in (up, limited, broken)] == [2, 2, 2]


def test_a_thousand_incidents_arrive_once_each(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    text = (tmp_path / "alerts.yml").read_text().replace("max_messages: 2000", "max_messages: 20")
    (tmp_path / "alerts.yml").write_text(text)
    found += [incident(f"i{number}") for number in range(1000)]
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert len(servers[0].taken) == 20
    assert servers[0].taken[-1]["title"].startswith("And 981 more")
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert len(servers[0].taken) == 20


def test_killed_at_any_step_each_arrives_and_hardly_one_twice(tmp_path: Path, servers, monkeypatch) -> None:
    servers.append(Server(seconds=0.02))
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    kills = killed_until_one_ends(tmp_path, servers[0], 6, (0, 0.01, 0.02))
    assert kills >= 3
    each_arrived(servers[0], {f"i{n}" for n in range(6)}, kills)


def test_two_runs_at_once_tell_once(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    with StateFile(tmp_path / "fivetran_logs_alerts.json").locked():
        result = run_cli("alert", cwd=tmp_path)
    assert result.code == 1
    assert "Another alert run is at work" in result.err
    assert servers[0].taken == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"version": 1, "first_run', "is damaged"),
        ("[]", "is damaged"),
        ("{}", "is damaged"),
        ('{"version": 3}', "newer fivetran-logs"),
        ("", "is damaged"),
        ("[" * 50_000, "is damaged"),
        ('{"version": 1, "groups": {}, "silences": [], "last_run_at": "2026-06-01T09:00:00Z"}', "is damaged"),
        (
            '{"version": 1, "groups": {}, "silences": [], "events": {"ops/OPS_URL": {"new_error:x": "soon"}}}',
            "is damaged",
        ),
        ("\ufffd", "is damaged"),
    ],
)
def test_a_bad_state_is_one_sentence_and_nothing_is_sent(
    tmp_path: Path, servers, found, monkeypatch, text: str, says: str
) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    (tmp_path / "fivetran_logs_alerts.json").write_text(text)
    result = run_cli("alert", cwd=tmp_path)
    assert (result.code, len(result.error_lines)) == (1, 1)
    assert says in result.err
    assert servers[0].taken == []
    assert (tmp_path / "fivetran_logs_alerts.json").read_text() == text


def test_a_state_in_another_alphabet_or_place_is_one_sentence(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    (tmp_path / "latin").write_bytes("é".encode("latin-1"))
    (tmp_path / "folder").mkdir()
    for place, says in (
        ("latin", "is damaged"),
        ("folder", "cannot be read: Is a directory"),
        ("latin/x", "be written"),
    ):
        result = run_cli("alert", "--state", place, cwd=tmp_path)
        assert (result.code, len(result.error_lines)) == (1, 1)
        assert says in result.err
    assert servers[0].taken == []


def test_without_marts_it_says_what_to_build(tmp_path: Path, servers, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    result = run_cli("alert", cwd=tmp_path)
    assert (result.code, len(result.error_lines)) == (1, 1)
    assert "is not built in duckdb yet: run `fivetran-logs build` first" in result.err
    assert servers[0].taken == []
    assert not (tmp_path / "fivetran_logs_alerts.json").exists()


def test_what_cannot_be_noted_is_not_sent(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    (tmp_path / "other").mkdir()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        for _ in range(2):
            result = run_cli("alert", cwd=tmp_path)
            assert (result.code, len(result.error_lines)) == (1, 1)
            assert "cannot be written: No space left on device" in result.err
    assert servers[0].taken == []
    assert not list(tmp_path.glob("*.new"))
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert len(servers[0].taken) == 1


def test_a_variable_that_is_missing_for_a_run_forgets_nothing_and_keeps_nobody_from_theirs(
    tmp_path: Path, servers, found, monkeypatch
) -> None:
    first, second = Server(), Server()
    servers += [first, second]
    receivers(tmp_path, monkeypatch, ops=first.address)
    text = (tmp_path / "alerts.yml").read_text().replace("[OPS_URL]", "[OPS_URL, TWO_URL]")
    (tmp_path / "alerts.yml").write_text(text)
    monkeypatch.setenv("TWO_URL", second.address)
    found += [incident("a"), incident("b")]
    assert run_cli("alert", cwd=tmp_path).code == 0
    monkeypatch.delenv("OPS_URL")
    found[:] = [incident("a", NOW), incident("b"), incident("c")]
    for _ in range(2):
        result = run_cli("alert", cwd=tmp_path)
        assert (result.code, "needs the environment variable OPS_URL" in result.err) == (1, True)
    monkeypatch.setenv("OPS_URL", first.address)
    assert run_cli("alert", cwd=tmp_path).code == 0
    for server in (first, second):
        titles = sorted(body["title"] for body in server.taken)
        assert titles == [
            "Recovered: a fails (after 2 hours)",
            "[high] a fails",
            "[high] b fails",
            "[high] c fails",
        ]


def test_one_message_that_a_service_refuses_does_not_hold_up_the_others(
    tmp_path: Path, servers, found, monkeypatch
) -> None:
    servers.append(Server(*[400] * 4))
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found += [incident("a"), incident("b"), incident("c")]
    result = run_cli("alert", cwd=tmp_path)
    assert result.code == 1
    assert "ops/OPS_URL did not take every message (2 sent) in several attempts; 1 wait for the next run" in result.err
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert sorted(body["title"] for body in servers[0].taken) == [f"[high] {name} fails" for name in "abc"]


def test_what_a_chat_or_a_mail_would_act_on_is_text(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("<!channel> @everyone \u202etxt.exe \x1b[2J 🚀 שלום <img src=x>\nBcc: all@example.com"))
    assert run_cli("alert", cwd=tmp_path).code == 0
    title, body = servers[0].taken[0]["title"], servers[0].taken[0]["message"]
    for text in (title, body):
        assert "<!channel>" not in text
        assert "@everyone" not in text
        assert not {"\u202e", "\x1b"} & set(text)
    assert "🚀 שלום <img src=x> Bcc: all@example.com" in title
    assert "\n" not in title


def test_older_marts_and_a_clock_that_went_back(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found.append(incident("a"))
    assert run_cli("alert", cwd=tmp_path).code == 0
    earlier = NOW - timedelta(hours=3)
    monkeypatch.setattr(verb, "_look", lambda options: (Findings(list(found), NOW), earlier))
    result = run_cli("alert", cwd=tmp_path)
    assert result.code == 0
    assert "the clock says 2026-06-02 06:00, but the last run was at 2026-06-02 09:00" in result.err
    monkeypatch.setattr(verb, "_look", lambda options: (Findings([], earlier), NOW))
    result = run_cli("alert", cwd=tmp_path)
    assert result.code == 1
    assert "build again. Nothing was told" in result.err
    assert len(servers[0].taken) == 1


def test_dry_run_sends_and_writes_nothing_and_gives_reasons(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    found += [incident("a\x1b[2J"), to_alert("incident", {"alert_key": "incident:z", "severity": "low", "what": "z"})]
    result = run_cli("alert", "--dry-run", cwd=tmp_path)
    assert result.code == 0
    assert "To ops/OPS_URL (1 opened)" in result.out
    assert "Not told: z (low: the rules tell incident from medium on)" in result.out
    assert "\x1b" not in result.out
    assert servers[0].taken == []
    assert not (tmp_path / "fivetran_logs_alerts.json").exists()


def test_status_ack_silence_and_test(tmp_path: Path, servers, found, monkeypatch) -> None:
    servers.append(Server())
    receivers(tmp_path, monkeypatch, ops=servers[0].address)
    assert "No alert run has written" in run_cli("alert", "status", cwd=tmp_path).out
    found.append(incident("a"))
    run_cli("alert", cwd=tmp_path)
    status = run_cli("alert", "status", cwd=tmp_path).out
    assert "incident:a" in status
    assert "ops/OPS_URL" in status
    assert run_cli("alert", "ack", "incident:b", cwd=tmp_path).code == 2
    assert run_cli("alert", "ack", "incident:a", "--comment", "on it", "--author", "ada", cwd=tmp_path).code == 0
    wrong = run_cli("alert", "silence", "colour=red", cwd=tmp_path)
    assert (wrong.code, "colour=red is no label=value" in wrong.err) == (2, True)
    typo = run_cli("alert", "silence", "kind=incidents", cwd=tmp_path)
    assert typo.code == 2
    assert "incidents; there are: incident" in typo.err
    assert run_cli("alert", "silence", "team=ops", "--for", "soon", cwd=tmp_path).code == 2
    assert run_cli("alert", "silence", cwd=tmp_path).code == 2
    made = run_cli("alert", "silence", "team=ops", "--for", "2h", "-c", "move", cwd=tmp_path)
    name = made.out.split()[1]
    status = run_cli("alert", "status", cwd=tmp_path).out
    assert "until recovery, ada: on it" in status
    assert f"silence {name}: team=ops until" in status
    assert run_cli("alert", "silence", "--end", name, cwd=tmp_path).code == 0
    assert run_cli("alert", "silence", "--end", name, cwd=tmp_path).code == 2
    assert run_cli("alert", "test", cwd=tmp_path).code == 0
    assert servers[0].taken[-1]["title"] == "Test of fivetran-logs"
    assert run_cli("alert", "test", "nobody", cwd=tmp_path).code == 2


def test_mail(tmp_path: Path, found, monkeypatch) -> None:
    controller = pytest.importorskip("aiosmtpd.controller")
    mails: list[str] = []

    class Mailbox:
        async def handle_DATA(self, server, session, envelope) -> str:
            mails.append(envelope.content.decode())
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = controller.Controller(Mailbox(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        receivers(tmp_path, monkeypatch, mail=f"mailto://127.0.0.1:{port}?from=logs@example.com&to=ops@example.com")
        found.append(incident("a"))
        assert run_cli("alert", cwd=tmp_path).code == 0
    finally:
        server.stop()
    assert len(mails) == 1
    assert "a fails" in mails[0]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("pagerduty://A1BRTD4JD@TIiajkdnlazkcOXrIdevi7F", "dedup"),
        ("opsgenie://8b799edf-6f98-4d3a-9be7-2862fb4e5752", "alias"),
    ],
)
def test_services_that_keep_incidents_get_one_key_for_opening_and_recovery(
    tmp_path: Path, found, monkeypatch, address: str, key: str
) -> None:
    from apprise import Apprise

    sent = []

    def notify(self, **message) -> bool:
        sent.append((getattr(self[0], key), self[0].action, message["notify_type"].value, message))
        return True

    monkeypatch.setattr(Apprise, "notify", notify)
    receivers(tmp_path, monkeypatch, pager=address)
    found.append(incident("a"))
    assert run_cli("alert", cwd=tmp_path).code == 0
    found[:] = [incident("a", NOW)]
    assert run_cli("alert", cwd=tmp_path).code == 0
    (opened, recovered) = sent
    assert opened[0] == recovered[0]
    assert (opened[1], recovered[1]) == ("map", "map")
    assert (opened[2], recovered[2]) == ("failure", "success")
    assert len(opened[3]["title"] + opened[3]["body"]) < 1024


PAGER = "pagerduty://A1BRTD4JD@TIiajkdnlazkcOXrIdevi7F"


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """What a service that keeps incidents shows: for each page ever opened, whether it is open."""
    from apprise import Apprise

    shown: dict[str, bool] = {}

    def notify(self, **message) -> bool:
        is_over = message["notify_type"].value == "success"
        assert not is_over or self[0].dedup in shown, "closes a page that nobody opened"
        shown[self[0].dedup] = not is_over
        return True

    monkeypatch.setattr(Apprise, "notify", notify)
    return shown


def test_a_page_stays_open_while_anything_of_it_is(tmp_path: Path, found, monkeypatch, pages) -> None:
    """An acknowledged alert has nothing to tell, and yet it is open."""
    receivers(tmp_path, monkeypatch, pager=PAGER)
    both = [replace(incident(name), labels={"cause": "edit 7", "kind": "incident"}) for name in "ab"]
    over = [replace(one, is_open=False, ended_at=NOW) for one in both]
    found[:] = both
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert list(pages.values()) == [True]
    assert run_cli("alert", "ack", "incident:b", cwd=tmp_path).code == 0
    found[:] = [over[0], both[1]]
    assert "acknowledged" in run_cli("alert", "--dry-run", cwd=tmp_path).out
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert list(pages.values()) == [True]
    found[:] = over
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert list(pages.values()) == [False]


def test_after_a_storm_no_page_stays_open(tmp_path: Path, found, monkeypatch, pages) -> None:
    """Of a storm beyond the most messages of a run each page closes, the one that counts the rest with the last."""
    receivers(tmp_path, monkeypatch, pager=PAGER)
    rules = tmp_path / "alerts.yml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("2000", "3"), encoding="utf-8")
    one_by_one, at_once = [incident(f"a{n}") for n in range(6)], [incident(f"b{n}") for n in range(6)]
    for count in range(6):
        found[:] = one_by_one[: count + 1]
        assert run_cli("alert", cwd=tmp_path).code == 0
    assert list(pages.values()) == [True] * 6
    found[:] = one_by_one + at_once
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert list(pages.values()) == [True] * 9
    found[:] = [at_once[-1]]
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert sum(pages.values()) == 1
    found[:] = [incident("b5", NOW)]
    assert run_cli("alert", cwd=tmp_path).code == 0
    assert sum(pages.values()) == 0


def test_a_short_channel_gets_the_short_text_first() -> None:
    found = [incident(f"connection {number} {'x' * 400}") for number in range(9)]
    from fivetran_logs.alerts.decide import plan
    from fivetran_logs.alerts.rules import Receiver, Route, Rules
    from fivetran_logs.alerts.state import State
    from fivetran_logs.alerts.words import compose

    rules = Rules({"a": Receiver("a", ("URL",))}, Route("a", group_by=("kind",)))
    (message,) = plan(Findings(found, NOW), rules, State(), NOW, {"a": ["a/URL"]}).messages
    text = compose(message, now=NOW)
    seen = []

    class Short:
        body_maxlen, title_maxlen, socket_read_timeout = 1000, 250, 4

    class Untitled(Short):
        title_maxlen = 0

    from unittest.mock import patch

    for service in (Short, Untitled):
        with (
            patch.object(send, "_service", lambda *_, service=service: service()),
            patch("apprise.Apprise.add", lambda *_: True),
            patch("apprise.Apprise.notify", lambda self, **message: seen.append(message) or True),
        ):
            assert send.deliver("x", "a/URL", text, "g")
        assert len(seen[-1]["body"]) + (0 if service.title_maxlen else len(seen[-1]["title"])) < 1000
        assert "connection 0" in seen[-1]["body"]
