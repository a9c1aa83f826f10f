"""The recipes parse, their commands and options exist, and the page's figures of model runs hold."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from helpers import ROOT, run_cli
from test_docs import help_of

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import find_settings

FOLDER = ROOT / "docs" / "recipes"
RECIPES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
PAGE = ROOT / "docs" / "run_every_day.md"


def test_every_recipe_is_on_the_page_and_no_other() -> None:
    linked = {(PAGE.parent / name).resolve() for name in re.findall(r"\]\((recipes/[^)]+)\)", PAGE.read_text())}
    assert linked == set(RECIPES)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_it_parses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        ast.parse(text)
    elif path.suffix == ".yml":
        assert yaml.safe_load(text)["jobs"]
    elif path.suffix == ".sh":
        assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
        assert path.stat().st_mode & 0o100
    elif path.suffix in (".service", ".timer"):
        units = configparser.ConfigParser(strict=False, interpolation=None)
        units.optionxform = str  # type: ignore[assignment,method-assign]
        units.read_string(text)
        assert units["Unit"]["Description"]
    elif path.name == "crontab":
        (line,) = [line for line in text.splitlines() if re.match(r"[0-9*]", line)]
        assert re.match(r"(\S+ ){5}flock -n \S+ /srv/fivetran-logs/daily\.sh$", line)
    else:
        assert path.name == "Dockerfile"
        verbs = {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}
        assert verbs <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT"}


def calls(text: str) -> list[tuple[str, str]]:
    """Verbs of the command with what follows, as shell text or as the arguments of a Python call."""
    text = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    shell = re.findall(r"(?m)^(?:\s*run: )?fivetran-logs ([a-z]+)([^\n|]*)", text)
    airflow = re.findall(r"\{COMMAND\} ([a-z]+)([^\"]*)", text)
    dagster = [
        (words[0], " ".join(words[1:]))
        for found in re.findall(r"run\(context, ([^)]*)\)", text)
        if (words := re.findall(r'"([^"]+)"', found))
    ]
    return shell + airflow + dagster


@pytest.mark.parametrize("name", ["daily.sh", "github-actions.yml", "airflow_dag.py", "dagster_job.py"])
def test_it_builds_tells_and_reports_with_options_that_exist(name: str) -> None:
    found = calls((FOLDER / name).read_text(encoding="utf-8"))
    assert {"build", "alert", "report"} <= {verb for verb, _ in found}
    for verb, rest in found:
        text = help_of(verb)
        assert text, verb
        assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in text] == []


def test_the_figures_of_model_runs_hold(tmp_path: Path) -> None:
    """Models within a tenth, so that a new one does not outdate the page; runs and dollars exactly what follows."""
    manifest = DbtProject(find_settings(project_dir=ROOT), {}).manifest()
    built = {
        key
        for key, node in manifest.nodes.items()
        if node.resource_type == "model" and node.config.materialized != "ephemeral" and node.config.enabled
    }
    selection = re.search(r"(?m)^fivetran-logs build --select (.*)", PAGE.read_text()).group(1)
    wanted = {name.removeprefix("+") for name in selection.split()}
    some, queue = set(), [key for key in built if manifest.nodes[key].name in wanted]
    assert len(queue) == len(wanted)
    while queue:
        key = queue.pop()
        if key not in some and key in manifest.nodes:
            some.add(key)
            queue += getattr(manifest.nodes[key].depends_on, "nodes", [])  # a seed depends on macros only
    table = re.findall(r"(?m)^\| (everything|incidents.*?) \| (\d+) \| (.*) \|$", PAGE.read_text())
    assert len(table) == 2
    for (_, models, cells), now in zip(table, (len(built), len(some & built)), strict=True):
        assert abs(int(models) - now) <= now / 10
        for cell, times in zip(cells.split(" | "), (1, 4, 24), strict=True):
            runs = int(models) * 30 * times
            assert cell == f"{runs:,} runs, ${dollars(runs):,.0f}"


def dollars(runs: int) -> float:
    """Fivetran's published prices of model runs in a month."""
    tiers = ((5_000, 0.0), (30_000, 0.01), (100_000, 0.007), (10**9, 0.002))
    cost, below = 0.0, 0
    for until, price in tiers:
        cost += max(min(runs, until) - below, 0) * price
        below = until
    return cost


def test_a_failed_build_still_alerts_and_fails_the_script(tmp_path: Path) -> None:
    """daily.sh with a stand-in for the command that notes its verbs and fails the build."""
    script = tmp_path / "daily.sh"
    script.write_text((FOLDER / "daily.sh").read_text(encoding="utf-8"), encoding="utf-8")
    command = tmp_path / ".venv" / "bin" / "fivetran-logs"
    command.parent.mkdir(parents=True)
    for failing, code in (("build", 1), ("alert", 1), ("none", 0)):
        command.write_text(f'#!/bin/sh\necho "$1" >> verbs\n[ "$1" != {failing} ]\n', encoding="utf-8")
        command.chmod(0o755)
        (tmp_path / "verbs").unlink(missing_ok=True)
        assert subprocess.run(["bash", str(script)], check=False, cwd="/").returncode == code
        assert (tmp_path / "verbs").read_text().split() == ["build", "alert", "report"]


def test_init_writes_the_recipes(tmp_path: Path) -> None:
    assert run_cli("init", "logs", cwd=tmp_path).code == 0
    assert (tmp_path / "logs" / "docs" / "recipes" / "daily.sh").is_file()
