"""Staging views are created again only if their SQL changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from helpers import DATABASE, NO_TESTS, ROOT, build_in, dbt_project, inside, opened

STAGING = "fivetran_analytics_staging"


@pytest.fixture(scope="module")
def staged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("staged")
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema fivetran_log")
        database.execute("create table fivetran_log.log (id varchar)")
        database.execute("create schema elsewhere; create table elsewhere.log (id varchar)")
        database.execute("create table fivetran_log.team (id varchar, name varchar)")
        database.execute('create table fivetran_log."user" (id varchar, email varchar)')
    stage(directory)
    return directory


@pytest.fixture
def staged(staged_once: Path, tmp_path: Path) -> Path:
    """A directory of the test's own, in which everything is staged."""
    return Path(shutil.copytree(staged_once, tmp_path, dirs_exist_ok=True))


def stage(directory: Path, *options: str, **variables: object) -> None:
    """Builds the staging views."""
    outcome = build_in(directory, "--select", "staging", *NO_TESTS, *options, **variables)
    assert outcome.succeeded, outcome.problems


def made(directory: Path) -> set[str]:
    """The source tables whose views the last build made, by dbt's own account."""
    results = json.loads((directory / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {
        result["unique_id"].rpartition("stg_fivetran_log__")[2]
        for result in results
        if result["message"] != "UNCHANGED"
    }


def change(directory: Path, statement: str) -> None:
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(statement)


def test_with_nothing_changed_no_view_is_made(staged: Path) -> None:
    stage(staged)
    assert made(staged) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "alter table fivetran_log.team add column description varchar",
        "alter table fivetran_log.team drop column name",
        "alter table fivetran_log.team alter name type integer using 1",
        "drop table fivetran_log.team",
    ],
)
def test_a_source_that_changes_makes_its_view_anew(staged: Path, statement: str) -> None:
    change(staged, statement)
    stage(staged)
    assert made(staged) == {"team"}
    with opened(staged) as database:
        database.execute(f"select id, name, description from {STAGING}.stg_fivetran_log__team")


def test_a_manifest_that_serves_two_runs_answers_each_anew(staged: Path) -> None:
    project = dbt_project(staged)
    options = ["--quiet", "--select", "stg_fivetran_log__team", "--project-dir", str(ROOT)]
    options += ["--profiles-dir", str(ROOT / ".dbt"), "--target-path", str(staged / "target"), "--target", "duckdb"]
    with inside(staged):
        runner = dbtRunner(manifest=project.manifest())
        assert runner.invoke(["run", *options]).success
        assert made(staged) == set()
        change(staged, "alter table fivetran_log.team add column description varchar")
        assert runner.invoke(["run", *options]).success
    assert made(staged) == {"team"}


def test_a_table_that_arrives_is_seen(staged: Path) -> None:
    change(staged, "create table fivetran_log.role as select 'r' as id, 'Owner' as name")
    stage(staged)
    assert made(staged) == {"role"}
    with opened(staged) as database:
        assert database.execute(f"select name from {STAGING}.stg_fivetran_log__role").fetchall() == [("Owner",)]


def test_a_view_that_somebody_dropped_or_replaced_is_made_again(staged: Path) -> None:
    change(staged, f"drop view {STAGING}.stg_fivetran_log__team")
    change(staged, f"create or replace view {STAGING}.stg_fivetran_log__user as select 1 as id")
    stage(staged)
    assert made(staged) == {"team", "user"}
    with opened(staged) as database:
        database.execute(f"select id, email from {STAGING}.stg_fivetran_log__user")


@pytest.mark.long
def test_full_refresh_and_other_schemas_make_views_anew(staged: Path) -> None:
    every = {path.stem.removeprefix("stg_fivetran_log__") for path in (ROOT / "models" / "staging").glob("stg_*.sql")}
    assert made(staged) == every
    stage(staged, "--full-refresh")
    assert made(staged) == every
    stage(staged, fivetran_platform_schema="elsewhere")
    assert made(staged) == every


@pytest.mark.long
def test_a_comment_that_is_a_description_stays_one(staged: Path) -> None:
    for _ in range(2):
        stage(staged, fivetran_logs_persist_docs=True)
        with opened(staged) as database:
            comments = database.execute(
                "select view_name, comment from duckdb_views() where schema_name = ?", [STAGING]
            ).fetchall()
        assert comments
        assert all(comment and " " in comment for _, comment in comments)
