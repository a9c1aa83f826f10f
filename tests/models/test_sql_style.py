"""The SQL that reaches the database parses and keeps to the house style: `[tool.sqlfluff]` in pyproject.toml."""

from __future__ import annotations

import re

import pytest
from helpers import ROOT, BuiltAccount
from sqlfluff.core import FluffConfig, Linter

INLINED = re.compile(r" __dbt__cte__(\w+) as \(\n")


@pytest.fixture(scope="module")
def compiled(built_account: BuiltAccount) -> dict[str, str]:
    """Models and their data tests by name, compiled, each without the steps that dbt wrote into it."""
    folder = built_account.directory / "target" / "compiled" / "fivetran_logs" / "models"
    files = [path for layer in ("intermediate", "marts") for path in (folder / layer).rglob("*.sql")]
    # unit tests, which another test may have compiled here, hold literals of dbt's own
    whole = {path.stem: path.read_text("utf-8") for path in files if ".unit_tests.yml" not in str(path)}
    assert len(whole) >= 40
    own: dict[str, str] = {}

    def own_sql(name: str) -> str:
        """dbt writes an ephemeral model into each reader; to lint it once is enough, as a file of its own."""
        if name not in own:
            text = whole[name]
            for step in INLINED.findall(text):
                text = text.replace(f" __dbt__cte__{step} as (\n{own_sql(step)}\n), ", "", 1)
            own[name] = text
        return own[name]

    return {name: own_sql(name) for name in whole}


def faults(compiled: dict[str, str]) -> list[str]:
    linter = Linter(config=FluffConfig.from_path(str(ROOT)))
    return [
        f"{name}: {fault.rule_code()} line {fault.line_no}: {fault.desc()}"
        for name, sql in compiled.items()
        for fault in linter.lint_string(sql).get_violations()
    ]


def test_a_fault_is_found() -> None:
    assert "CP01" in " ".join(faults({"one": "SELECT 1 as a\n"}))
    assert "PRS" in " ".join(faults({"one": "select (1 as a\n"}))


def test_compiled_models_are_clean(compiled: dict[str, str]) -> None:
    assert faults(compiled) == []
