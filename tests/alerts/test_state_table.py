"""The state in a table of the warehouse: on DuckDB, and on PostgreSQL where one can be started."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alert_servers import NOW, Server, each_arrived, incident, receivers
from helpers import ROOT, run_cli
from killed_runs import killed_until_one_ends

from fivetran_logs.alerts import state_table
from fivetran_logs.alerts.findings import Alert
from fivetran_logs.alerts.state import Group, State, Told
from fivetran_logs.alerts.state_table import StateTable
from fivetran_logs.dbt.open import Options
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError

sys.path.insert(0, str(ROOT / "tests" / "engines"))
import servers as engines

AWKWARD = "O'Neil \\n {{ x }} {% y %} ${z}; -- ~1 \" ? %s é 🚀 \x1b"


@pytest.fixture(scope="module")
def postgres() -> Iterator[dict[str, str]]:
    try:
        with engines.postgres() as (_, variables):
            yield variables
    except engines.Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.engines)])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose target keeps the state."""
    variables: dict[str, str] = {}
    if request.param == "postgres":
        schema = f"alerts_{tmp_path.name.replace('-', '_')[:40]}"
        variables = {**request.getfixturevalue("postgres"), "POSTGRES_SCHEMA": schema}
    for name, value in {**variables, "FIVETRAN_LOGS_ALERT_STATE": "warehouse"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_of_the_table() -> Rows:
    """What the table holds, by kind."""
    store = StateTable(Options())
    sql = "select entry, count(distinct version_no) as versions, count(*) as entries from {} group by entry"
    return store._in_thread(lambda: (store._open().query(sql.format(store.name)), store._close())[0])


def big_state(size: int) -> State:
    told = {f"incident:{n}": Told("incident", AWKWARD * 10, "high", None, "2026-06-02T09:00:00") for n in range(size)}
    return State("2026-06-01T09:00:00", groups={"g": Group("ops", {"kind": AWKWARD}, "2026-06-02T09:00:00", told)})


def test_what_is_written_is_read_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_table, "PIECES_AT_ONCE", 3)
    assert StateTable(Options()).read() == State()
    for size in (0, 200, 3):
        store = StateTable(Options())
        with store.locked():
            store.read()
            store.write(big_state(1))
            store.write(big_state(size))
        assert StateTable(Options()).read() == big_state(size)
        assert [row[:2] for row in rows_of_the_table().rows] == [("state", 1)], "what is outdated is deleted"


def test_told_once_and_ended_once(place: Path, server: Server, found: list[Alert], monkeypatch) -> None:
    receivers(place, monkeypatch, ops=server.address)
    assert "No alert run has written" in run_cli("alert", "status", cwd=place).out
    found.append(incident("a"))
    for _ in range(2):
        assert run_cli("alert", cwd=place).code == 0
    assert "incident:a" in run_cli("alert", "status", cwd=place).out
    assert run_cli("alert", "ack", "incident:a", "--comment", AWKWARD[:10], cwd=place).code == 0
    found[:] = [incident("a", NOW)]
    for _ in range(2):
        assert run_cli("alert", cwd=place).code == 0
    assert [body["title"] for body in server.taken] == ["[high] a fails", "Recovered: a fails (after 2 hours)"]
    assert not list(place.glob("*.json*"))


def test_two_runs_at_once_tell_once(place: Path, server: Server, found: list[Alert], monkeypatch) -> None:
    receivers(place, monkeypatch, ops=server.address)
    monkeypatch.setattr(state_table.time, "sleep", lambda seconds: None)
    found.append(incident("a"))
    other = StateTable(Options())
    other._in_thread(other._lock)
    result = run_cli("alert", cwd=place)
    assert (result.code, len(result.error_lines)) == (1, 1)
    assert "Another alert run is at work" in result.err
    assert server.taken == []
    assert run_cli("alert", "--dry-run", cwd=place).code == 0
    other._in_thread(other._release)
    assert run_cli("alert", cwd=place).code == 0
    assert len(server.taken) == 1


def test_who_slept_past_the_end_of_its_lock_stops(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = StateTable(Options()), StateTable(Options())
    with slow.locked():
        slow.read()
        now = time.time()
        monkeypatch.setattr(state_table.time, "time", lambda: now + state_table.LEASE_SECONDS + 60)
        with quick.locked():
            quick.read()
            quick.write(big_state(2))
            quick._in_thread(quick._close)  # one process has one connection
            with pytest.raises(UserError, match="another has taken over"):
                slow.write(big_state(1))
            slow._in_thread(slow._close)
        assert StateTable(Options()).read() == big_state(2)


def test_a_state_that_was_written_half_does_not_count(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_table, "PIECES_AT_ONCE", 2)
    store = StateTable(Options())
    with store.locked():
        store.write(big_state(1))
        insert = store._insert
        left = [1]

        def cut(rows: list[str]) -> None:
            if not left:
                raise UserError("The connection is gone.")
            left.pop()
            insert(rows)

        monkeypatch.setattr(store, "_insert", cut)
        with pytest.raises(UserError, match="gone"):
            store.write(big_state(100))
        monkeypatch.setattr(store, "_insert", insert)
    assert StateTable(Options()).read() == big_state(1)


def test_killed_at_any_step_each_arrives_and_hardly_one_twice(place: Path, server: Server, monkeypatch) -> None:
    server.seconds = 0.1  # a run is not over when the second kill comes
    receivers(place, monkeypatch, ops=server.address)
    kills = killed_until_one_ends(place, server, 4, (0, 0.1, 0.2))
    assert kills >= 2
    each_arrived(server, {f"i{n}" for n in range(4)}, kills)


def test_a_bad_state_is_one_sentence_and_nothing_is_sent(
    place: Path, server: Server, found: list[Alert], monkeypatch
) -> None:
    receivers(place, monkeypatch, ops=server.address)
    found.append(incident("a"))
    for text, says in (('{"version": 3}', "newer fivetran-logs"), ('{"version": 1, "fir', "is damaged")):
        monkeypatch.setattr(state_table, "to_text", lambda state, text=text: text)
        store = StateTable(Options())
        with store.locked():
            store._version = store._last_version = len(text) * 100
            store.write(State())
        result = run_cli("alert", cwd=place)
        assert (result.code, len(result.error_lines)) == (1, 1)
        assert says in result.err
    assert server.taken == []
