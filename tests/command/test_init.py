"""`fivetran-logs init`, and the command from a wheel: nothing needs a clone, nothing writes into the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import ROOT, run_cli

from fivetran_logs.dbt.initialised import COPY, VERSION_FILE, parses_analyses, renew_if_older


def test_what_a_user_edits_is_written_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "mine"
    assert run_cli("init", home, cwd=tmp_path).code == 0
    for name in ("dbt_project.yml", "profiles.yml", ".nao.env.example", ".gitignore", "seeds/fivetran_budgets.csv"):
        assert (home / name).is_file(), name
    budgets = home / "seeds" / "fivetran_budgets.csv"
    budgets.write_text("mine", encoding="utf-8")
    again = run_cli("init", home, cwd=tmp_path)
    assert again.code == 0
    assert "fivetran_budgets.csv" in again.err
    assert budgets.read_text(encoding="utf-8") == "mine"
    assert run_cli("init", home, "--force", cwd=tmp_path).code == 0
    assert budgets.read_text(encoding="utf-8") != "mine"


def test_a_foreign_project_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: theirs\n", encoding="utf-8")
    refused = run_cli("init", tmp_path, cwd=tmp_path)
    assert refused.code == 2
    assert "dbt project already" in refused.err
    assert run_cli("init", tmp_path / "dbt_project.yml", cwd=tmp_path).code == 2


def test_another_version_renews_the_copy(tmp_path: Path) -> None:
    run_cli("init", tmp_path / "mine", cwd=tmp_path)
    copy = tmp_path / "mine" / COPY
    assert not renew_if_older(tmp_path / "mine")
    (copy / VERSION_FILE).write_text("0.0.0\n", encoding="utf-8")
    (copy / "models" / "left_over.sql").write_text("select 1", encoding="utf-8")
    seeds = tmp_path / "mine" / "seeds"
    (seeds / "fivetran_recommendation_exceptions.csv").unlink()  # a seed that the older version did not have
    (seeds / "fivetran_budgets.csv").write_text("mine\n", encoding="utf-8")
    assert renew_if_older(tmp_path / "mine")
    assert not (copy / "models" / "left_over.sql").exists()
    assert (seeds / "fivetran_recommendation_exceptions.csv").exists()
    assert (seeds / "fivetran_budgets.csv").read_text(encoding="utf-8") == "mine\n"


def test_a_directory_of_an_older_init_is_told_by_its_analyses(tmp_path: Path) -> None:
    run_cli("init", tmp_path / "mine", cwd=tmp_path)
    assert not parses_analyses(tmp_path / "mine")
    assert not parses_analyses(ROOT)  # dbt parses them in a clone too, where nobody switches marts off
    file = tmp_path / "mine" / "dbt_project.yml"
    text = file.read_text(encoding="utf-8")
    for older in (f"analysis-paths: [{COPY}/analyses]", f"analysis-paths:\n  - {COPY}/analyses", ""):
        file.write_text(text.replace("analysis-paths: []", older), encoding="utf-8")
        assert parses_analyses(tmp_path / "mine"), older


def test_commands_work_from_a_wheel(tmp_path: Path) -> None:
    """Builds the wheel, unpacks it where an installer would, and runs the command from an initialised directory."""
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "dist", ROOT],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"no wheel here: {made.stderr.strip().splitlines()[-1:]}")
    site = tmp_path / "site"
    wheel = next((tmp_path / "dist").glob("*.whl"))
    shutil.unpack_archive(wheel, site, "zip")
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.suffix != ".pyc"}

    def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        # -P: not the checkout; the path of the wheel comes before the editable install
        code = (
            f"import sys; sys.path.insert(0, {str(site)!r}); sys.dont_write_bytecode = True; "
            "import fivetran_logs.cli as c; assert 'site' in c.__file__; sys.argv[0] = 'fivetran-logs'; c.main()"
        )
        done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    command("init", "mine", cwd=tmp_path)
    home = tmp_path / "mine"
    assert (home / "docs" / "PRIVATE_KEY_SETUP.md").is_file(), "messages name it"
    command("simulate", "account", "--days", "10", "--log-rows", "3000", "--no-progress", cwd=home)
    command("load", "account", "--no-progress", cwd=home)
    text = (home / "dbt_project.yml").read_text(encoding="utf-8")
    (home / "dbt_project.yml").write_text(text.replace("top_consumers: 10", "top_consumers: 3"), encoding="utf-8")
    assert json.loads(command("check", "--format", "json", cwd=home).stdout)["ok"]  # it parses; the build need not
    build = ["build", "--select", "+fct_fivetran_platform_freshness", "--exclude-resource-type", "test"]
    command(*build, "--quiet", cwd=home)  # the mart with the fewest steps
    answer = command("query", "platform_log_freshness", "--format", "json", cwd=home).stdout
    assert isinstance(json.loads(answer), list)
    after = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.suffix != ".pyc"}
    assert after.keys() == before.keys(), "nothing is written into the installed package"
