"""`make quick`: parses the project and runs the unit tests of the models that changed since main, on empty tables.

The tables are kept between runs. A changed macro counts as a change of every model that calls it, by itself or
through another macro. `--all` takes every model.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import find_settings
from fivetran_logs.failures.errors import UserError

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "quick"


def changed_files() -> set[str]:
    """Paths below the repository that differ from where this branch left main, committed or not."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    base = git("merge-base", "HEAD", "main") or "HEAD"
    return {*git("diff", "--name-only", base).splitlines(), *git("ls-files", "--others", "--exclude-standard").split()}


def changed_models(manifest: Manifest, files: set[str]) -> list[str]:
    """Names of the models that these files make or describe, or whose macros they hold."""
    macros = {key for key, macro in manifest.macros.items() if macro.original_file_path in files}
    while True:
        callers = {key for key, macro in manifest.macros.items() if macros & set(macro.depends_on.macros)} - macros
        if not callers:
            break
        macros |= callers
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    tests = {test.model for test in manifest.unit_tests.values() if test.original_file_path in files}
    return sorted(
        node.name
        for node in models
        if node.original_file_path in files
        or (node.patch_path or "").partition("://")[2] in files
        or node.name in tests
        or macros & set(node.depends_on.macros)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    everything = parser.parse_args().all
    KEPT.mkdir(parents=True, exist_ok=True)
    os.chdir(KEPT)
    project = DbtProject(
        find_settings(project_dir=ROOT, profiles_dir=ROOT / ".dbt", target="duckdb"), {"fivetran_logs_unit_tests": True}
    )
    try:
        manifest = project.manifest()
        models = changed_models(manifest, changed_files())
        if everything:
            models = ["*"]
        if not models:
            print("✓ Parsed. No model changed since main: no unit test to run; --all runs them all.")
            return 0
        # a unit test asks the tables that its model reads for their columns, and for nothing else
        kept = (KEPT / "fivetran_logs.duckdb").exists()
        selected = [f"1+{name}" for name in models] if kept and not everything else ["*"]
        tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        project.run(["build", "--empty", "--select", *selected, *tests])
        ran = project.run(["test", "--select", *models, "--exclude-resource-type", "test"], failures_raise=False)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    failed = [result for result in ran.results if result.status != "pass"]
    for result in failed:
        print(f"✗ {result.node.name}\n{result.message}")
    print(f"{len(ran.results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
