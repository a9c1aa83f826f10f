"""The field cases: small inputs from what people report, each with what is right.

They do not travel with the repository. Each case runs once, step by step, in a directory of its own. What is not right
yet is in NOT_YET, strictly: whoever fixes it takes it from the list.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from helpers import NO_TESTS, ROOT, CliResult, rows, run_cli, run_dbt

CASES = ROOT.parent / "shared" / "fixtures" / "field_cases"
FOUND = sorted(path.parent for path in CASES.glob("*/case.json"))

# case: what it still waits for
NOT_YET: dict[str, str] = {}


def cases() -> list[Any]:
    if not FOUND:
        reason = "the field cases do not travel with the repository"
        return [pytest.param(CASES, marks=pytest.mark.skip(reason=reason), id="none")]
    return [
        pytest.param(
            path,
            id=path.name,
            marks=[pytest.mark.xfail(reason=NOT_YET[path.name], strict=True)] if path.name in NOT_YET else [],
        )
        for path in FOUND
    ]


@dataclass(frozen=True)
class Case:
    """One case: its directory, its steps, and what must hold after them."""

    directory: Path
    steps: list[dict[str, Any]]
    expected: list[dict[str, Any]]

    @property
    def selected(self) -> list[str]:
        """What a build must make: the models that its questions read. All of them if a step's words are judged too."""
        asked = " ".join(expectation.get("sql", "") for expectation in self.expected)
        models = sorted(set(re.findall(r"\b(?:fct_fivetran|int_fivetran_log_|stg_fivetran_log_)_\w+", asked)))
        build_is_judged = any(
            self.steps[one["step"]]["do"] not in ("load", "check") for one in self.expected if "step" in one
        )
        return ["--select", *(f"+{model}" for model in models)] if models and not build_is_judged else []


def read_case(directory: Path) -> Case:
    steps = json.loads((directory / "case.json").read_text(encoding="utf-8"))["steps"]
    return Case(directory, steps, json.loads((directory / "expected.json").read_text(encoding="utf-8")))


def run_step(case: Case, step: dict[str, Any], directory: Path) -> CliResult:
    """One step as a person would type it; a build goes without data tests, which others judge."""
    verb, options = step["do"], [str(option) for option in step.get("args", [])]
    if verb == "dbt":
        return run_dbt(*options, cwd=directory)
    if verb == "load":
        options += [str(case.directory / step["dir"]), *(["--append"] if step.get("append") else [])]
    if verb == "build":
        options += [*NO_TESTS, *case.selected]
    if verb in ("load", "build"):
        options.append("--no-progress")
    if "as_of" in step:
        options += ["--as-of", step["as_of"]]
    return run_cli(verb, *options, "--project-dir", ROOT, "--profiles-dir", ROOT / ".dbt", cwd=directory)


def comparable(value: Any) -> Any:
    """A value as the cases write it: JSON has no times and no decimals."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def sql_answer(directory: Path, sql: str, want: Any) -> Any:
    """What the marts answer, in the shape of what is wanted: one value, or rows."""
    found = [[comparable(value) for value in row] for row in rows(directory, sql)]
    if isinstance(want, list):
        return found
    assert [len(row) for row in found] == [1], f"{sql} gives {found}"
    return found[0][0]


def differences(case: Case, said: list[CliResult], directory: Path) -> list[str]:
    told = []
    for expectation in case.expected:
        if "sql" in expectation:
            found = sql_answer(directory, expectation["sql"], expectation["want"])
            if found != expectation["want"]:
                told.append(f"{expectation['sql']}\n  gives {found}\n  not   {expectation['want']}")
            continue
        result = said[expectation["step"]]
        text = result.out + result.err
        if expectation.get("want_exit", result.code) != result.code:
            told.append(
                f"step {expectation['step']} exits {result.code}, not {expectation['want_exit']}:\n{text[-1500:]}"
            )
        for pattern in expectation.get("want_words", []):
            if not re.search(pattern, text, re.IGNORECASE):
                told.append(f"step {expectation['step']} does not say {pattern}:\n{text[-1500:]}")
        for pattern in expectation.get("unwanted_words", []):
            if re.search(pattern, text, re.IGNORECASE):
                told.append(f"step {expectation['step']} says {pattern}:\n{text[-1500:]}")
    return told


@pytest.mark.parametrize("directory", cases())
def test_field_case(directory: Path, tmp_path: Path) -> None:
    case = read_case(directory)
    said = []
    for number, step in enumerate(case.steps):
        said.append(run_step(case, step, tmp_path))
        judged = any(expectation.get("step") == number for expectation in case.expected)
        assert judged or said[-1].code in (0, 1), said[-1].err[-2000:]
    told = differences(case, said, tmp_path)
    assert not told, "\n\n".join(told)
