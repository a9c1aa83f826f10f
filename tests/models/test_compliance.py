"""Each compliance check passes, fails and cannot be judged, with the very objects that were planted; history stays."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers import DATABASE, ROOT, build_in, rows, run_cli

from fivetran_logs.simulator.compliance import AS_OF, SETTINGS, simulate_compliance

SEEDS = {
    "fivetran_connection_owners": "settings.owners",
    "fivetran_recommendation_exceptions": "settings.exceptions",
}
MARTS = ["fct_fivetran_compliance_checks", "fct_fivetran_compliance_findings"]
with (ROOT / "seeds" / "fivetran_compliance_checks.csv").open(encoding="utf-8", newline="") as seed:
    CHECKS = {row["check_code"] for row in csv.DictReader(seed)}
ACCOUNTS = {
    "holds": {"holds": True},
    "fails": {"holds": False},
    "standard, holds": {"holds": True, "plan": "standard"},
    "standard, fails": {"holds": False, "plan": "standard"},
}


WHOLE = [f"+{mart}" for mart in MARTS]  # the two marts and what they stand on


def judge(directory: Path, as_of: str, *options: str, select: Sequence[str] = WHOLE) -> None:
    """Builds the two marts."""
    variables = {"fivetran_logs_as_of": as_of, "fivetran_logs_seed_tables": SEEDS, **SETTINGS}
    outcome = build_in(directory, "--select", *select, *options, **variables)
    assert not outcome.models_failed, outcome.problems


def judged(directory: Path, source: Path) -> Path:
    """A simulated account, loaded and judged."""
    directory.mkdir(parents=True)
    loaded = run_cli("load", source, cwd=directory)
    assert loaded.code == 0, loaded.err
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema settings")
        database.execute(
            f"create table settings.owners as from read_csv('{source / 'owners.csv'}', all_varchar = true)"
        )
        database.execute("alter table settings.owners alter expected_every_minutes type integer")
        database.execute("alter table settings.owners alter freshness_target type double")
        database.execute(
            "create table settings.exceptions "
            "(rule_code varchar, connection_name varchar, until_date date, reason varchar)"
        )
    judge(directory, AS_OF.isoformat())
    return directory


@pytest.fixture(scope="module")
def accounts(tmp_path_factory) -> Callable[[str], tuple[Path, dict[str, Any]]]:
    """accounts(name) -> the directory where it is judged, and its truth. Made once."""

    @cache
    def account(name: str) -> tuple[Path, dict[str, Any]]:
        source = tmp_path_factory.mktemp("simulated") / "account"
        simulate_compliance(source, **ACCOUNTS[name])
        truth = json.loads((source / "truth.json").read_text(encoding="utf-8"))
        return judged(tmp_path_factory.mktemp("judged") / "account", source), truth["compliance"]

    return account


def found(directory: Path) -> dict[str, dict[str, Any]]:
    """What the marts say, in the form of the truth."""
    failing: dict[str, list[str]] = {}
    for code, identity in rows(
        directory, "select check_code, object_id from fivetran_analytics.fct_fivetran_compliance_findings order by 1, 2"
    ):
        failing.setdefault(code, []).append(identity)
    results = rows(
        directory,
        "select check_code, result, objects_looked_at, objects_failed "
        "from fivetran_analytics.fct_fivetran_compliance_checks",
    )
    for code, result, _, failed in results:
        assert failed == (len(failing.get(code, [])) if result != "not_assessable" else 0), code
    return {
        code: {"result": result, "looked_at": looked_at, "failing": failing.get(code, [])}
        for code, result, looked_at, _ in results
    }


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_check_says_what_was_planted(accounts, name: str) -> None:
    directory, truth = accounts(name)
    assert found(directory) == truth
    assert set(truth) == CHECKS


def test_an_empty_account_passes_nothing(empty_account) -> None:
    results = empty_account.rows(
        "select check_code, result, reason from fivetran_analytics.fct_fivetran_compliance_checks"
    )
    assert {code for code, result, _ in results if result == "not_assessable"} == CHECKS
    assert all(reason for _, _, reason in results)


def test_every_check_has_an_account_in_which_it_holds_and_one_in_which_it_fails(tmp_path: Path) -> None:
    for name, result in (("holds", "pass"), ("fails", "fail")):
        simulate_compliance(tmp_path / name, **ACCOUNTS[name])
        truth = json.loads((tmp_path / name / "truth.json").read_text(encoding="utf-8"))["compliance"]
        assert {check: answer["result"] for check, answer in truth.items()} == dict.fromkeys(CHECKS, result)


def test_history_stays_and_exceptions_end(accounts, tmp_path: Path) -> None:
    """Three days, the second judged three times: the first stays as it was, failures keep their first day."""
    directory = tmp_path / "account"
    shutil.copytree(accounts("fails")[0], directory)
    of_first_day = "from fivetran_analytics.fct_fivetran_compliance_checks where check_date = date '2026-06-18'"
    first_day = rows(directory, f"select * {of_first_day} order by check_code")
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(
            "insert into settings.exceptions values"
            " ('inventory_has_owner', 'ROGUE', '2026-06-19', 'sold soon'),"
            " ('incidents_answered', 'leads', null, 'without an end'),"
            " ('region_of_processing', 'us', '2026-06-30', ' '),"
            " ('secrets_in_errors', 'leads', '2026-06-30', 'of an object that passes')"
        )
    inventory = (
        "select result, objects_failed, objects_excepted, first_failed_on "
        "from fivetran_analytics.fct_fivetran_compliance_checks "
        "where check_code = 'inventory_has_owner' and check_date = date '{}'"
    )
    since = (
        "select count(*), count(*) filter (first_failed_on = date '2026-06-18') "
        "from fivetran_analytics.fct_fivetran_compliance_checks "
        "where result = 'fail' and check_date = date '2026-06-19'"
    )
    for select, options in ((WHOLE, []), (MARTS, []), (MARTS, ["--full-refresh"])):
        judge(directory, "2026-06-19T10:00:00", *options, select=select)
        assert rows(directory, inventory.format("2026-06-19")) == [("pass", 0, 1, None)]
        failing, failing_since = rows(directory, since)[0]
        assert failing == failing_since == len(CHECKS) - 1
        assert rows(directory, f"select * {of_first_day} order by check_code") == first_day
    excepted = rows(
        directory,
        "select check_code, object_id, excepted_until, exception_reason "
        "from fivetran_analytics.fct_fivetran_compliance_findings where is_excepted",
    )
    assert excepted == [("inventory_has_owner", "rogue", date(2026, 6, 19), "sold soon")]
    judge(directory, "2026-06-20T10:00:00")
    assert rows(directory, inventory.format("2026-06-20")) == [("fail", 1, 0, date(2026, 6, 20))]
    days = "select check_date, count(*) from fivetran_analytics.fct_fivetran_compliance_checks group by 1 order by 1"
    assert rows(directory, days) == [(date(2026, 6, day), len(CHECKS)) for day in (18, 19, 20)]
