"""`fivetran-logs export evidence`: a folder that proves itself, the same for the same build, without secrets."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from helpers import DATABASE, run_cli

FILES = {"checks.csv", "history.csv", "findings.csv", "exceptions.csv", "changes.csv", "source_rows.csv"}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_the_folder_is_what_the_marts_say_and_proves_itself(built_account, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for directory in (first, second, first):  # the third replaces the first
        result = run_cli("export", "evidence", "--output", directory, cwd=built_account.directory)
        assert result.code == 0, result.err
    found = content(first)
    assert found == content(second)
    manifest = json.loads(found.pop("manifest.json"))
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(text).hexdigest() for name, text in found.items()
    }
    assert {file["path"]: file["rows"] for file in manifest["files"] if "rows" in file} == {
        name: len(read(first / name)) for name in FILES
    }
    as_of = built_account.truth["as_of"]
    assert manifest["last_judged_at"] == as_of[:19]
    results = built_account.rows("select check_code, result from fivetran_analytics.fct_fivetran_compliance_checks")
    assert {(row["check_code"], row["result"]) for row in read(first / "checks.csv")} == set(results)
    assert {name for name in found if name.startswith("checks/")} == {f"checks/{code}.sql" for code, _ in results}
    counts = {row["source_table"]: int(row["row_count"]) for row in read(first / "source_rows.csv")}
    assert {name: count for name, count in counts.items() if count} == {
        name: count for name, count in built_account.truth["source_rows"].items() if count
    }
    with built_account.connect() as database:  # what was asked gives what was answered
        asked = (first / "sql" / "findings.sql").read_text(encoding="utf-8")
        assert len(database.execute(asked).fetchall()) == len(read(first / "findings.csv")) > 10
        changes = database.execute(
            "select change_id, user_email from fivetran_analytics.fct_fivetran_configuration_changes"
        ).fetchall()
    changed = {(row["change_id"], row["user_email"] or None) for row in read(first / "changes.csv")}
    assert changed == set(changes) != set()
    logs = list(built_account.directory.rglob("dbt.log"))
    assert logs, "what was run is logged"
    for secret in built_account.truth["user_activity"]["secrets"]:
        assert built_account.rows(
            f"select count(*) from fivetran_log.audit_trail where new_values like '%{secret}%'"
        ) != [(0,)]
        for name, text in {**found, **{str(path): path.read_bytes() for path in logs}}.items():
            assert secret.encode() not in text, name


def test_the_period_decides(built_account, tmp_path: Path) -> None:
    day = built_account.truth["as_of"][:10]
    result = run_cli(
        "export", "evidence", "--from", day, "--to", day, "-o", tmp_path / "a", cwd=built_account.directory
    )
    assert result.code == 0, result.err
    assert {row["check_date"] for row in read(tmp_path / "a" / "history.csv")} == {day}
    result = run_cli("export", "evidence", "--to", "2020-01-01", "-o", tmp_path / "b", cwd=built_account.directory)
    assert (result.code, len(result.error_lines)) == (1, 1)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("options", [["--from", "yesterday"], ["--from", "2026-06-02", "--to", "2026-06-01"]])
def test_a_wrong_period_is_one_sentence(built_account, tmp_path: Path, options: list[str]) -> None:
    result = run_cli("export", "evidence", *options, "-o", tmp_path / "a", cwd=built_account.directory)
    assert (result.code, len(result.error_lines)) == (2, 1)


def test_what_else_is_there_stays(built_account, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = run_cli("export", "evidence", "-o", tmp_path, cwd=built_account.directory)
    assert (result.code, len(result.error_lines)) == (2, 1)
    assert content(tmp_path) == {"mine.txt": b"mine"}


def test_no_cell_runs_and_no_secret_shows(built_account, tmp_path: Path, monkeypatch) -> None:
    directory = tmp_path / "account"
    shutil.copytree(built_account.directory, directory)
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "correct-horse-battery")
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(
            "update fivetran_analytics.fct_fivetran_compliance_findings set object_name = '=1+1', "
            "exception_reason = 'see correct-horse-battery and postgres://etl:hunter2hunter2@db/x'"
        )
    result = run_cli("export", "evidence", "-o", tmp_path / "out", cwd=directory)
    assert result.code == 0, result.err
    assert {row["object_name"] for row in read(tmp_path / "out" / "findings.csv")} == {"'=1+1"}
    everything = b"".join(content(tmp_path / "out").values())
    assert b"correct-horse" not in everything
    assert b"hunter2" not in everything
