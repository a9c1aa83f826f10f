"""Data tests look at all of what was built whole, and at the last days of a long table that a build added to."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from helpers import DATABASE, BuiltAccount, build_in, dbt_project, inside

EVENTS = "fivetran_analytics_intermediate.int_fivetran_log__events"
KEY_TEST = "unique_key_int_fivetran_log__events_*"


@pytest.fixture(scope="module")
def copied(built_account: BuiltAccount, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a built account, to plant faults in."""
    directory = tmp_path_factory.mktemp("tested_rows")
    shutil.copy(built_account.database, directory / DATABASE)
    return directory


def key_test_failures(directory: Path, **variables: object) -> int:
    """How many keys of the events repeat, as the project's own test says in a run of its own."""
    with inside(directory):
        ran = dbt_project(directory, **variables).run(["test", "--select", KEY_TEST], failures_raise=False)
    (result,) = ran.results
    return result.failures or 0


@pytest.mark.parametrize(
    ("place", "variables", "seen"),
    [
        ("desc", {}, True),
        ("asc", {}, False),
        ("asc", {"fivetran_logs_tested_days": None}, True),
        ("asc", {"fivetran_logs_tested_days": 10_000}, True),
    ],
    ids=["newest", "oldest", "oldest, all of history", "oldest, more days than there are"],
)
def test_a_key_that_repeats_is_found_within_the_window(
    copied: Path, built_account: BuiltAccount, place: str, variables: dict[str, object], seen: bool
) -> None:
    with duckdb.connect(str(copied / DATABASE)) as connection:
        connection.execute(
            f"create or replace temp table twice as select * from {EVENTS} order by occurred_at {place} limit 1"
        )
        connection.execute(f"insert into {EVENTS} from twice")
        try:
            connection.close()
            found = key_test_failures(copied, fivetran_logs_as_of=built_account.truth["as_of"], **variables)
        finally:
            shutil.copy(built_account.database, copied / DATABASE)
    assert found == seen


@pytest.mark.long
def test_a_first_build_is_tested_whole_and_a_later_one_is_not(
    simulated, built_account: BuiltAccount, tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("create schema fivetran_log")
        connection.execute(f"create table fivetran_log.log as from '{simulated()}/log.parquet'")

    def tested_sql(*options: str) -> str:
        as_of = built_account.truth["as_of"]
        selected = ("--select", "+int_fivetran_log__events", "--indirect-selection", "cautious")
        outcome = build_in(tmp_path, *selected, *options, fivetran_logs_as_of=as_of)
        assert outcome.problems == []
        (compiled,) = (tmp_path / "target").rglob(f"compiled/**/{KEY_TEST}.sql")
        return compiled.read_text(encoding="utf-8")

    assert "1 = 1" in tested_sql()
    assert "occurred_at >=" in tested_sql()
    assert "1 = 1" in tested_sql("--full-refresh")
