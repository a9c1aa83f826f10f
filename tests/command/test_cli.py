"""The command as a person meets it: help, wrong use, each verb, and what happens when two want the same file."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers import (
    DATABASE,
    NO_TESTS,
    PLATFORM_SAMPLE,
    CliResult,
    dbt_project,
    inside,
    rows,
    run_cli,
    spawn_cli,
    write_csv,
)

from fivetran_logs.commands.query import choose_rows, read_queries
from fivetran_logs.dbt.as_of import OLD_EXPORT, decide_as_of
from fivetran_logs.dbt.warehouse import Rows

COMMANDS = ["demo", "init", "simulate", "load", "check", "build", "query"]
LOG = ["id", "time_stamp", "connection_id", "event", "message_event", "message_data", "sync_id"]


def one_line(result: CliResult, code: int) -> str:
    """The only line on standard error of a command that failed with that code."""
    assert result.code == code, result.err
    lines = [line for line in result.error_lines if not line.startswith("Note:")]
    assert len(lines) == 1, result.err
    assert lines[0].startswith("Error: ")
    assert "Traceback" not in result.err
    return lines[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a loaded export of one connection and two syncs, built; an old one."""
    directory = tmp_path_factory.mktemp("small")
    export = directory / "export"
    write_csv(export / "destination.csv", ["id", "name"], [["d1", "prod"]])
    columns = ["connection_id", "connection_name", "connector_type_id", "destination_id", "paused", "sync_frequency"]
    write_csv(export / "connection.csv", columns, [["c1", "<b>O'Neil</b> 🚀", "s3", "d1", "false", "60"]])
    failure = json.dumps({"status": "FAILURE", "reason": "Invalid credentials"})
    events = [
        ["1", "2026-01-10 10:00:00", "c1", "INFO", "sync_start", None, "s1"],
        ["2", "2026-01-10 10:05:00", "c1", "INFO", "sync_end", '{"status":"SUCCESSFUL"}', "s1"],
        ["3", "2026-01-10 11:00:00", "c1", "INFO", "sync_start", None, "s2"],
        ["4", "2026-01-10 11:05:00", "c1", "SEVERE", "sync_end", failure, "s2"],
    ]
    write_csv(export / "log.csv", LOG, events)
    assert run_cli("load", "export", cwd=directory).code == 0
    built = run_cli("build", cwd=directory)
    assert built.code == 0, built.out
    return directory


# -- help and wrong use


def test_without_arguments_it_says_what_it_can_do(tmp_path: Path) -> None:
    result = run_cli(cwd=tmp_path)
    assert result.code == 0
    assert all(command in result.out for command in COMMANDS)
    assert run_cli("--version", cwd=tmp_path).out.startswith("fivetran-logs 0.")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, tmp_path: Path) -> None:
    result = run_cli(command, "--help", cwd=tmp_path)
    assert result.code == 0
    assert f"Example: fivetran-logs {command}" in result.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bild"], "build"),
        (["load"], "Missing argument 'DIR'"),
        (["load", "nowhere"], "nowhere does not exist"),
        (["load", ".", "--target", "elsewhere"], "it has: duckdb, demo, snowflake"),
        (["load", ".", "--project-dir", "nowhere"], "No dbt_project.yml"),
        (["load", ".", "--profiles-dir", "nowhere"], "No profiles.yml"),
        (["query", "--format", "xml"], "--format"),
        (["query", "unhealthy"], "Did you mean unhealthy_connectors?"),
        (["query", "zzzz"], "lists them"),
        (["query", "platform_today", "--limit", "0"], "--limit"),
        (["build", "--as-of", "yesterday"], "2026-06-18T14:00"),
        (["build", "--vars", "[1]"], "--vars must be a YAML mapping"),
        (["build", "--no-such-option"], "--no-such-option"),
        (["build", "--target", "snowflake"], 'pip install "dbt-snowflake'),
        (["simulate", "here", "--days", "0"], "--days"),
        (["simulate", "here", "--days", "3"], "days must be at least"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments: list[str], says: str, tmp_path: Path) -> None:
    assert says in one_line(run_cli(*arguments, cwd=tmp_path), 2)


@pytest.mark.parametrize("options", [["--no-such-option"], ["--threads", "many"], ["surplus"]])
def test_an_option_that_dbt_refuses_costs_no_parse(options: list[str], tmp_path: Path) -> None:
    assert options[-1] in one_line(run_cli("build", *options, cwd=tmp_path), 2)
    assert list(tmp_path.iterdir()) == []


# -- load and simulate


def test_load_says_what_it_loaded(tmp_path: Path) -> None:
    write_csv(tmp_path / "x" / "ACCOUNT.csv", ["id"], [["1"], ["2"]])
    (tmp_path / "x" / "notes.txt").write_text("hello")
    result = run_cli("load", "x", cwd=tmp_path)
    assert result.code == 0
    assert "Note: skipped" in result.err
    assert "notes.txt" in result.err
    assert re.search(r"account\s+2\s+ACCOUNT\.csv", result.out)
    assert "fivetran-logs build" in result.out


def test_load_takes_the_file_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv(tmp_path / "x" / "account.csv", ["id"], [["1"]])
    monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB", "deep/er/other.duckdb")
    assert run_cli("load", "x", cwd=tmp_path).code == 0
    assert (tmp_path / "deep/er/other.duckdb").is_file()


def test_load_names_the_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "log.parquet").write_bytes(b"hello")
    assert "log.parquet is not a readable Parquet file" in one_line(run_cli("load", "x", cwd=tmp_path), 1)


def test_simulate_says_where_the_truth_is(tmp_path: Path) -> None:
    result = run_cli(
        "simulate", "account", "--days", "10", "--plan", "standard", "--as-of", "2026-02-03T04:00", cwd=tmp_path
    )
    assert result.code == 0
    assert "account/truth.json" in result.out
    truth = json.loads((tmp_path / "account" / "truth.json").read_text())
    assert truth["as_of"].startswith("2026-02-03")
    assert not (tmp_path / "account" / "audit_trail.parquet").exists()


def test_simulate_leaves_other_peoples_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    one_line(run_cli("simulate", "mine", "--days", "10", cwd=tmp_path), 2)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


# -- build


def test_build_takes_an_old_exports_end_as_now(small: Path) -> None:
    result = run_cli("build", "--select", "fct_fivetran_connector_health", cwd=small)
    assert result.code == 0
    assert "Note: the loaded log ends 2026-01-10 11:05 UTC" in result.err
    assert "As of 2026-01-10 11:05 UTC, 1 connection: 1 broken." in result.out
    assert "<b>O'Neil</b> 🚀" in result.out
    assert "fivetran-logs query" in result.out
    assert (small / "logs" / "dbt.log").is_file()
    assert "Built 1 model" in result.out


def test_build_measures_from_the_instant_it_is_told(small: Path) -> None:
    result = run_cli(
        "build", "-s", "int_fivetran_log__connections", "--as-of", "2026-01-10T12:30+02:00", "--quiet", cwd=small
    )
    assert (result.code, result.out, result.err) == (0, "", "")
    settings = dbt_project(small).settings
    assert str(decide_as_of(settings, {}, "2026-01-10T12:30+02:00")) == "2026-01-10 10:30 UTC"
    assert decide_as_of(settings, {"fivetran_logs_as_of": "2026-01-01"}) is None


def test_a_fresh_log_is_measured_from_now(tmp_path: Path) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    write_csv(tmp_path / "x" / "log.csv", LOG[:2], [["1", str(now - OLD_EXPORT + timedelta(hours=1))]])
    assert run_cli("load", "x", cwd=tmp_path).code == 0
    with inside(tmp_path):
        assert decide_as_of(dbt_project(tmp_path).settings, {}) is None
    write_csv(tmp_path / "x" / "log.csv", LOG[:2], [["1", str(now - OLD_EXPORT - timedelta(hours=1))]])
    assert run_cli("load", "x", cwd=tmp_path).code == 0
    with inside(tmp_path):
        assert decide_as_of(dbt_project(tmp_path).settings, {}).source == "load"


def test_the_same_build_again_need_not_parse_again(small: Path) -> None:
    for _ in range(2):
        assert run_cli("build", "-s", "fct_fivetran_incidents", "int_fivetran_log__calendar", cwd=small).code == 0
    assert (
        "Unable to do partial parsing" not in (small / "logs" / "dbt.log").read_text().rsplit("Running with dbt", 1)[-1]
    )


def test_selecting_nothing_is_said(small: Path) -> None:
    result = run_cli("build", "--select", "no_such_model", cwd=small)
    assert result.code == 0
    assert "no model or test matches the selection" in result.out


def test_build_without_any_source_says_what_to_do(tmp_path: Path) -> None:
    result = run_cli("build", "--select", "+fct_fivetran_connector_health", *NO_TESTS, cwd=tmp_path)
    assert result.code == 1, result.err
    assert "fivetran_log is not a Fivetran Platform schema" in result.out
    assert "load an export: fivetran-logs load DIR" in result.out


@pytest.mark.skipif(
    not PLATFORM_SAMPLE.is_dir(), reason="the sample of Fivetran's own package is not beside the checkout"
)
def test_the_platform_sample_loads_and_builds(tmp_path: Path) -> None:
    loaded = run_cli("load", PLATFORM_SAMPLE, cwd=tmp_path)
    assert loaded.code == 0, loaded.err
    assert "10 tables, 64 rows" in loaded.out
    built = run_cli("build", cwd=tmp_path)
    assert built.code == 0, built.out + built.err
    assert "0 failed" in built.out
    assert rows(
        tmp_path, "select count(distinct connection_id) from fivetran_analytics.fct_fivetran_connector_health"
    ) == [(2,)]


# -- query


def test_queries_are_listed(tmp_path: Path) -> None:
    result = run_cli("query", cwd=tmp_path)
    assert result.code == 0
    listed = [line.split("\t")[0] for line in result.out.splitlines()]
    assert listed == list(read_queries(dbt_project(tmp_path).settings))
    assert {"unhealthy_connectors", "check_source", "table_row_counts"} <= set(listed)


def test_a_query_as_table_csv_and_json(small: Path) -> None:
    table = run_cli("query", "unhealthy-connectors", cwd=small)
    assert table.code == 0
    assert "<b>O'Neil</b> 🚀" in table.out
    assert "1 row" in table.err
    assert max(map(len, table.out.splitlines())) <= 80
    as_csv = run_cli("query", "unhealthy_connectors", "--format", "csv", cwd=small)
    (record,) = csv.DictReader(io.StringIO(as_csv.out))
    assert (record["connection_name"], record["health_status"], record["success_rate_last_7d"]) == (
        "<b>O'Neil</b> 🚀",
        "broken",
        "0.5",
    )
    as_json = json.loads(run_cli("query", "unhealthy_connectors", "-f", "json", cwd=small).out)
    assert as_json[0]["failed_syncs_last_7d"] == 1
    assert as_json[0]["success_rate_last_7d"] == 0.5
    assert as_json[0]["last_successful_sync_at"] == "2026-01-10T10:05:00"


def test_queries_are_found_by_a_word(tmp_path: Path) -> None:
    result = run_cli("query", "--find", "COST", cwd=tmp_path)
    found = [line.split("\t") for line in result.out.splitlines()]
    assert 0 < len(found) < len(read_queries(dbt_project(tmp_path).settings))
    assert all("cost" in " ".join(words).lower() for words in found)
    assert "No query is about 'zzzz'" in run_cli("query", "--find", "zzzz", cwd=tmp_path).err


def test_columns_are_chosen(small: Path) -> None:
    result = run_cli("query", "unhealthy_connectors", "-c", "health status,connection_name", "-f", "csv", cwd=small)
    assert result.out.splitlines()[0] == "health_status,connection_name"
    wrong = run_cli("query", "unhealthy_connectors", "--columns", "nme", cwd=small)
    assert "has no column 'nme'; it has: connection_name" in one_line(wrong, 2)


def test_rows_are_chosen(small: Path) -> None:
    def days(*options: str) -> list[dict[str, Any]]:
        return json.loads(run_cli("query", "platform_last_30_days", "-f", "json", *options, cwd=small).out)

    everything = days()
    last = everything[-1]["report_date"]
    assert days("--where", f"report date = {last}", "--limit", "1") == everything[-1:], "the limit counts after it"
    assert days("-w", f"report_date~{last[:7]}", "-w", "total_syncs=999999") == []
    assert days("-w", f"report_date~{last[:7]}") == [day for day in everything if day["report_date"][:7] == last[:7]]
    wrong = run_cli("query", "platform_last_30_days", "-w", "report_date", cwd=small)
    assert "write column=value, or column~part" in one_line(wrong, 2)
    assert "has no column 'day'" in one_line(run_cli("query", "platform_last_30_days", "-w", "day=1", cwd=small), 2)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("rate=51.8 %", [0]),
        ("rate=0.518", [0]),
        ("name=ORDERS", [1]),
        ("name=", [0]),
        ("name~rd", [1]),
        ("on = yes", [1]),
    ],
)
def test_a_value_is_as_a_person_reads_it_or_as_csv_has_it(condition: str, kept: list[int]) -> None:
    answer = Rows(["name", "rate", "on"], [(None, 0.518, False), ("orders", None, True)])
    assert choose_rows(answer, [condition]).rows == [answer.rows[number] for number in kept]


def test_limit_and_output(small: Path) -> None:
    result = run_cli("query", "platform_last_30_days", "--limit", "3", "-f", "csv", "--output", "days.csv", cwd=small)
    assert (result.code, result.out) == (0, "")
    assert len((small / "days.csv").read_text().splitlines()) == 4
    assert "no/where.csv cannot be written" in one_line(
        run_cli("query", "platform_today", "-f", "csv", "-o", "no/where.csv", cwd=small), 2
    )


def test_an_unbuilt_mart_is_named(tmp_path: Path) -> None:
    result = run_cli("query", "unhealthy_connectors", "--format", "csv", cwd=tmp_path)
    assert result.out == ""
    assert "fct_fivetran_connector_health is not built" in one_line(result, 1)
    assert "`fivetran-logs build`" in result.err


# -- credentials


def test_the_environment_file_is_read_and_overrides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv(tmp_path / "x" / "account.csv", ["id"], [["1"]])
    (tmp_path / ".nao.env").write_text("FIVETRAN_LOGS_DUCKDB=from_file.duckdb\n")
    assert run_cli("load", "x", cwd=tmp_path).code == 0
    assert (tmp_path / "from_file.duckdb").is_file()
    monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB", "from_shell.duckdb")
    assert run_cli("load", "x", cwd=tmp_path).code == 0
    assert (tmp_path / "from_shell.duckdb").is_file()


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    secret = "hunter2-hunter2"
    (tmp_path / ".nao.env").write_text(
        f'SNOWFLAKE_PRIVATE_KEY_PASSPHRASE={secret}\nMY_TOKEN="line-one-1\\nline-two-2"\n'
    )
    result = run_cli("build", "--select", secret, "--nonsense", f"{secret} line-two-2", cwd=tmp_path)
    assert result.code == 2
    result = run_cli("query", f"{secret} line-two-2", cwd=tmp_path)
    assert result.code == 2
    assert "***" in result.err
    for text in (result.err, *(path.read_text() for path in (tmp_path / "logs").glob("*"))):
        assert secret not in text
        assert "line-two-2" not in text


# -- one file, several processes; interruptions


@pytest.fixture
def held(tmp_path: Path):
    """A directory whose DuckDB file another process has open."""
    write_csv(tmp_path / "x" / "account.csv", ["id"], [["1"]])
    code = f"import duckdb, sys; c = duckdb.connect({DATABASE!r}); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "open\n"
    yield tmp_path
    holder.communicate("")


@pytest.mark.parametrize("arguments", [["build"], ["load", "x"], ["query", "platform_today"]])
def test_a_file_in_use_is_said_at_once(held: Path, arguments: list[str]) -> None:
    line = one_line(run_cli(*arguments, cwd=held), 1)
    assert "is in use by another process (process " in line
    assert DATABASE in line


def test_load_killed_half_way_and_run_again(simulated, tmp_path: Path) -> None:
    account = simulated(days=20)
    for wait in (0.0, 0.15, 0.4):
        process = spawn_cli("load", account, cwd=tmp_path)
        deadline = time.monotonic() + 30
        while not (tmp_path / DATABASE).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert run_cli("load", account, cwd=tmp_path).code == 0
    expected = json.loads((account / "truth.json").read_text())["source_rows"]
    found = {table: rows(tmp_path, f'select count(*) from fivetran_log."{table}"')[0][0] for table in expected}
    assert found == expected


@pytest.mark.long
def test_ctrl_c_is_one_line(simulated, tmp_path: Path) -> None:
    process = spawn_cli("demo", "--days", "20", cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not (tmp_path / "demo" / "account" / "truth.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3)  # into the build
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    # and the demo, run again, gives what an undisturbed one gives
    again = run_cli("demo", "--days", "20", cwd=tmp_path)
    assert again.code == 0, again.out + again.err
    assert "Needs attention" in again.out
    assert "What drives the bill this month" in again.out
    assert (tmp_path / "demo" / "fivetran_logs_demo.duckdb").is_file()
    assert not (tmp_path / DATABASE).exists()
    truth = json.loads((tmp_path / "demo" / "account" / "truth.json").read_text())
    assert f"{truth['log_rows']:,} log rows" in again.out
    with duckdb.connect(str(tmp_path / "demo" / "fivetran_logs_demo.duckdb"), read_only=True) as connection:
        for table, count in truth["source_rows"].items():
            assert connection.execute(f'select count(*) from fivetran_log."{table}"').fetchone() == (count,)
