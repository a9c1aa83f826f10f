"""The truth reads the simulation; the simulation knows neither the truth nor its thresholds."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

from fivetran_logs.simulator import truth
from fivetran_logs.simulator.truth import thresholds

TRUTH = Path(truth.__file__).parent
SIMULATOR = TRUTH.parent
PROJECT = Path(__file__).parents[2] / "dbt_project.yml"


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports, relative ones from the simulator's root."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {f"{module}.{alias.name}".strip(".") for alias in node.names} | {module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_nothing_in_the_simulation_knows_the_truth():
    modules = sorted(SIMULATOR.glob("*.py"))
    assert len(modules) > 10
    knowing = {path.name for path in modules if any("truth" in name.split(".") for name in imports(path))}
    assert knowing == {"__init__.py", "causes.py"}, "only `simulate` and `simulate_causes` put the two together"


def test_the_thresholds_are_those_of_the_project():
    variables = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))["vars"]["fivetran_logs"]
    assert {name: variables[f"fivetran_logs_{name}"] for name in thresholds.VARIABLES} == thresholds.VARIABLES
