"""Every mart builds alone with what it reads, on a fresh warehouse and on top of an older build.

dbt selects a test as soon as one of its tables is selected: a test of two marts must not judge one that nobody built.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from helpers import DATABASE, ROOT, inside, rows, run_cli

from fivetran_logs.dbt.build import Outcome, build
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import find_settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

MARTS = sorted(path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql"))
COMPARED = (  # marts that a test in a user's build compares with another table
    "fct_fivetran_connector_health",
    "fct_fivetran_error_monitoring",
    "fct_fivetran_executive_dashboard",
    "fct_fivetran_monthly_active_rows",
    "fct_fivetran_problematic_connectors",
)


@pytest.fixture(scope="module")
def project(simulated, tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    """A small account in a directory, loaded and kept as `loaded`; dbt parses once for all builds."""
    directory = tmp_path_factory.mktemp("alone")
    loaded = run_cli("load", simulated(days=10, log_rows=3000), cwd=directory)
    assert loaded.code == 0, loaded.err
    shutil.copy(directory / DATABASE, directory / "loaded")
    with inside(directory):
        return DbtProject(find_settings(project_dir=ROOT, profiles_dir=ROOT / ".dbt"))


@pytest.fixture(scope="module")
def older(project: DbtProject) -> Path:
    """All of it built when half of the log was there; then the rest arrived."""
    directory = project.settings.work_dir
    shutil.copy(directory / "loaded", directory / DATABASE)
    half = rows(directory, "select quantile_disc(time_stamp::timestamp, 0.5) from fivetran_log.log")[0][0]
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(
            "create temporary table later as from fivetran_log.log where time_stamp::timestamp > ?", [half]
        )
        database.execute("delete from fivetran_log.log where time_stamp::timestamp > ?", [half])
        database.execute("create schema put_aside; create table put_aside.log as from later")
    assert build_in(project.at(str(half))).problems == []
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("insert into fivetran_log.log from put_aside.log")
    shutil.copy(directory / DATABASE, directory / "older")
    return directory / "older"


def build_in(project: DbtProject, *options: str) -> Outcome:
    with inside(project.settings.work_dir):
        project.manifest()
        return build(project, options)


def newest(project: DbtProject) -> str:
    return str(rows(project.settings.work_dir, "select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])


def half_built(manifest: Manifest, mart: str) -> set[tuple[str, frozenset[str]]]:
    """The data tests that `--select +mart` runs although it does not build all they read, with what it builds."""
    children, parents = manifest.child_map, manifest.parent_map
    built, waiting = set(), [name for name in parents if name.endswith(f".{mart}") and name.startswith("model.")]
    while waiting:
        node = waiting.pop()
        if node not in built:
            built.add(node)
            waiting += parents[node]
    tests = {child for node in built for child in children[node] if child.startswith("test.")}
    return {
        (test, frozenset(built.intersection(parents[test]))) for test in tests if not built.issuperset(parents[test])
    }


def test_marts_that_between_them_leave_everything_out_build_alone(project: DbtProject) -> None:
    """Marts that leave out of each test all that a mart alone can leave out; the long test builds every mart."""
    manifest = project.at(newest(project)).manifest()  # its own: dbt cannot build twice from one manifest
    manifest.build_parent_and_child_maps()
    left = {mart: half_built(manifest, mart) for mart in MARTS}
    assert len(set().union(*left.values())) > 5
    while any(left.values()):
        mart = max(left, key=lambda one: len(left[one]))
        covered = left[mart]
        build_alone(project, mart)
        left = {other: cases - covered for other, cases in left.items()}


@pytest.mark.long
@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_builds_alone(project: DbtProject, mart: str) -> None:
    build_alone(project, mart)


def build_alone(project: DbtProject, mart: str) -> None:
    directory = project.settings.work_dir
    shutil.copy(directory / "loaded", directory / DATABASE)
    outcome = build_in(project.at(newest(project)), "--select", f"+{mart}")
    assert outcome.problems == []
    assert outcome.skipped == 0
    assert outcome.tests_passed >= 2
    assert rows(directory, f"select count(*) from fivetran_analytics.{mart}")[0][0] >= 0


@pytest.mark.long
@pytest.mark.parametrize("mart", COMPARED)
def test_a_mart_builds_alone_on_top_of_an_older_build(project: DbtProject, older: Path, mart: str) -> None:
    shutil.copy(older, project.settings.work_dir / DATABASE)
    outcome = build_in(project.at(newest(project)), "--select", f"+{mart}")
    assert outcome.problems == []
    assert outcome.skipped == 0


@pytest.mark.long
def test_what_is_built_together_is_compared(project: DbtProject, older: Path) -> None:
    """The same tests still judge where they are selected by name."""
    directory = project.settings.work_dir
    shutil.copy(older, directory / DATABASE)
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("delete from fivetran_analytics.fct_fivetran_connector_health")
    named = build_in(project.at(newest(project)), "--select", "every_connection_has_its_health")
    assert [problem.name for problem in named.problems] == ["every_connection_has_its_health"]
