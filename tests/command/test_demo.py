"""What the demo says to do next works from where it was run."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import run_cli

from fivetran_logs.commands.demo import target_options
from fivetran_logs.dbt.open import DEMO_TARGET
from fivetran_logs.dbt.settings import find_settings, packaged_project

OWN = "fivetran_logs: {target: mine, outputs: {mine: {type: duckdb, path: mine.duckdb}}}\n"


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def options(profiles_dir: Path | None = None, project_dir: Path | None = None) -> str:
    own = profiles_dir or packaged_project() / ".dbt"
    return target_options(find_settings(profiles_dir=own, target=DEMO_TARGET), profiles_dir, project_dir)


def test_the_target_is_enough_where_the_profile_knows_it(here):
    assert options() == "-t demo"


def test_a_profile_without_the_target_needs_the_one_the_demo_used(here):
    (here / "profiles.yml").write_text(OWN)
    assert options() == f"-t demo --profiles-dir {packaged_project() / '.dbt'}"


def test_what_was_named_is_named_again(here):
    assert options(project_dir=packaged_project()) == f"-t demo --project-dir {packaged_project()}"
    assert options(packaged_project() / ".dbt") == f"-t demo --profiles-dir {packaged_project() / '.dbt'}"


def test_owners_and_budgets_beside_the_account_are_no_unknown_tables(simulated, tmp_path):
    loaded = run_cli("load", simulated(days=10), cwd=tmp_path)
    assert loaded.code == 0
    assert "skipped" not in loaded.err
