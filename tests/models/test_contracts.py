"""On DuckDB the contract of a mart is checked when its file or its columns changed, not in every build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from helpers import ROOT

PROJECT = """
name: fivetran_logs
profile: contracts
models:
  fivetran_logs:
    +contract: {enforced: true}
"""
PROFILE = """
contracts:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "%s", schema: main}
"""
COLUMNS = """
models:
  - name: mart
    columns:
      - {name: paid_rows, data_type: bigint}
"""
MART = "{{ config(materialized='%s') }}\nselect cast(7 as bigint) as paid_rows%s\n"


def write(directory: Path, materialized: str, more: str = "") -> None:
    (directory / "models" / "mart.sql").write_text(MART % (materialized, more), encoding="utf-8")


def build(directory: Path, *options: str) -> tuple[bool, int]:
    """Whether the build succeeded, and how many statements it sent to check contracts."""
    checks: list[str] = []

    def listen(event: Any) -> None:
        if event.info.name == "SQLQuery" and "DESCRIBE" in event.data.sql:
            checks.append(event.data.sql)

    result = dbtRunner(callbacks=[listen]).invoke(["run", "--quiet", "--project-dir", str(directory), *options])
    return result.success, len(checks)


def answer(directory: Path) -> Any:
    with duckdb.connect(str(directory / "contracts.duckdb")) as database:
        return database.execute("select paid_rows, typeof(paid_rows) from mart").fetchone()


@pytest.mark.parametrize("materialized", ["table_in_place", "view_in_place"])
def test_a_contract_is_checked_when_it_or_its_mart_changed(
    materialized: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "macros").symlink_to(ROOT / "macros" / "dialect")
    (tmp_path / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(PROFILE % (tmp_path / "contracts.duckdb"), encoding="utf-8")
    contract = tmp_path / "models" / "mart.yml"
    contract.write_text(COLUMNS, encoding="utf-8")
    write(tmp_path, materialized)

    assert build(tmp_path) == (True, 2)
    assert build(tmp_path) == (True, 0)
    assert build(tmp_path, "--full-refresh") == (True, 2)
    write(tmp_path, materialized, ", 1 as unpaid_rows")
    assert build(tmp_path) == (False, 2)
    assert build(tmp_path) == (False, 2)  # a refusal is not taken for a check
    write(tmp_path, materialized)
    contract.write_text(COLUMNS.replace("bigint", "varchar"), encoding="utf-8")
    assert build(tmp_path) == (False, 2)
    assert answer(tmp_path) == (7, "BIGINT")
