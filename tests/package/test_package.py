"""The project as a dbt package: tests/package_project, somebody else's, installs it, changes much of it, and builds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from helpers import ROOT, inside

from fivetran_logs.dbt.build import Outcome, build
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings

pytestmark = pytest.mark.long

# what dbt reads of a package; symbolic links instead of copies, as `dbt deps` makes one itself for a local package
PACKAGE = ("dbt_project.yml", "models", "macros", "seeds", "analyses", "tests/dbt")
CHANGED = 1.7  # every threshold of the package is multiplied by this: its own tests must hold for any setting


def settings_of(directory: Path) -> Settings:
    return Settings(directory, directory, directory)


def thresholds() -> dict[str, float]:
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["fivetran_logs"]
    numbers = {name: value for name, value in variables.items() if type(value) in (int, float)}
    return {n: round(v * CHANGED) if isinstance(v, int) else round(v / CHANGED, 3) for n, v in numbers.items()}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the foreign project that has installed the package, beside a copy of the repository."""
    repository = tmp_path_factory.mktemp("repository")
    (repository / "tests").mkdir()
    for name in PACKAGE:
        (repository / name).symlink_to(ROOT / name)
    project = repository / "tests" / "package_project"
    shutil.copytree(
        ROOT / "tests" / "package_project", project, ignore=shutil.ignore_patterns("dbt_packages", "target")
    )
    with inside(project):
        done = dbtRunner().invoke(["--quiet", "--log-level", "none", "deps"])
    assert done.success, done.exception
    return project


@pytest.fixture(scope="module")
def project(installed: Path, simulated) -> DbtProject:
    """Built from a source in another database, under another schema, with a log of another name."""
    account = simulated(days=10, log_rows=3000)
    with duckdb.connect(str(installed / "source.duckdb")) as connection:
        connection.execute("create schema fivetran_metadata")
        for path in account.glob("*.parquet"):
            name = "platform_log" if path.stem == "log" else path.stem
            connection.execute(f"create table fivetran_metadata.\"{name}\" as from read_parquet('{path}')")
    as_of = json.loads((account / "truth.json").read_text(encoding="utf-8"))["as_of"]
    return DbtProject(settings_of(installed), {**thresholds(), "fivetran_logs_as_of": as_of})


@pytest.fixture(scope="module")
def outcome(installed: Path, project: DbtProject) -> Outcome:
    """Built with its tests, less those of staging, which look at the account."""
    with inside(installed):
        return build(project, ["--exclude", "path:models/staging,resource_type:test"])


def rows(installed: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(installed / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_it_builds_and_all_tests_of_the_package_hold_there(outcome: Outcome) -> None:
    assert outcome.problems == []
    assert outcome.skipped == 0
    assert outcome.count(["unit_test"], "pass") > 40
    assert outcome.count(["test"], "pass") > 40


def test_schemas_are_the_foreign_projects_own(installed: Path, outcome: Outcome) -> None:
    found = rows(
        installed, "select distinct schema_name from duckdb_tables() union select schema_name from duckdb_views()"
    )
    schemas = {name for (name,) in found if name.startswith("reporting")}
    assert {"reporting", "reporting_fivetran", "reporting_fivetran_staging"} <= schemas
    assert not any("reporting_staging" in name for name in schemas)


def test_database_schema_and_one_table_identifier_are_read(installed: Path, outcome: Outcome) -> None:
    assert rows(installed, "select count(*) from reporting_fivetran.fct_fivetran_sync_performance")[0][0] > 0
    with duckdb.connect(str(installed / "source.duckdb"), read_only=True) as source:
        log_rows = source.execute("select count(*) from fivetran_metadata.platform_log").fetchone()
        assert log_rows is not None
        assert log_rows[0] > 0


def test_a_group_of_marts_is_off_and_nothing_else(installed: Path, outcome: Outcome) -> None:
    built = "select table_name from duckdb_tables() union select view_name from duckdb_views()"
    names = {name for (name,) in rows(installed, built)}
    marts = {path.parent.name: set() for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    for path in (ROOT / "models" / "marts").rglob("fct_*.sql"):
        marts[path.parent.name].add(path.stem)
    assert not marts.pop("governance") & names
    assert set().union(*marts.values()) <= names


def test_its_seed_takes_the_place_of_ours(installed: Path, outcome: Outcome) -> None:
    assert rows(
        installed,
        "select connection_id, team from reporting_fivetran.fct_fivetran_connector_health where team is not null",
    ) == [("plucky_robin", "Web Shop")]
    assert rows(installed, "select connection_id, team from reporting.owned_connections") == [
        ("plucky_robin", "Web Shop")
    ]


def test_thresholds_are_its_own(installed: Path, outcome: Outcome) -> None:
    top = rows(
        installed,
        "select max(consumer_rank) from reporting_fivetran.fct_fivetran_monthly_active_rows where is_top_consumer",
    )
    assert top == [(thresholds()["fivetran_logs_top_consumers"],)]


def test_groups_of_marts_are_read_by_no_other(installed: Path, outcome: Outcome) -> None:
    """So each can be off by itself, as docs/SETUP_GUIDE.md says."""
    manifest = json.loads((installed / "target" / "manifest.json").read_text(encoding="utf-8"))
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == "fivetran_logs"
    ]
    group_of = {node["unique_id"]: node["fqn"][2] for node in models if node["fqn"][1] == "marts"}
    across = {
        (group_of[parent], group_of.get(node["unique_id"], node["name"]))
        for node in models
        for parent in node["depends_on"]["nodes"]
        if parent in group_of and group_of[parent] != group_of.get(node["unique_id"])
    }
    assert len(set(group_of.values())) > 4
    assert across == set()


def test_it_is_installed_from_git_too(installed: Path, outcome: Outcome, tmp_path: Path) -> None:
    """What a repository of the same files brings is what the local package brings."""
    repository = tmp_path / "repository"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGE], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository / name)
    git = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "all"], ["tag", "v1"]):
        subprocess.run([*git, *command], cwd=repository, check=True)
    project = tmp_path / "project"
    shutil.copytree(
        installed, project, ignore=shutil.ignore_patterns("dbt_packages", "target", "*.duckdb", "*.yaml", "*.lock")
    )
    (project / "packages.yml").unlink()
    (project / "packages.yml").write_text(f"packages:\n  - git: file://{repository}\n    revision: v1\n")
    shutil.rmtree(project / "package-lock.yml", ignore_errors=True)
    with inside(project):
        for arguments in (["deps"], ["parse"]):
            done = dbtRunner().invoke(["--quiet", "--log-level", "none", *arguments])
            assert done.success, done.exception

    def nodes(directory: Path) -> set[str]:
        manifest = json.loads((directory / "target" / "manifest.json").read_text(encoding="utf-8"))
        return set(manifest["nodes"]) | set(manifest["unit_tests"]) | set(manifest["macros"])

    assert nodes(project) == nodes(installed)
