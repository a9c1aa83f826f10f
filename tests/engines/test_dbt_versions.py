"""The demo on the oldest and the newest dbt we allow: every model, test and figure as on our own.

dbt 2 cannot be installed in a closed network; docs/warehouses/README.md says what that leaves untried.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import servers
from compare import Marts, mart_differences, read_marts
from helpers import ROOT

pytestmark = pytest.mark.engines

VERSIONS = ("dbt_oldest", "dbt_newest")
DEMO_SECONDS = 400


def demo(python: Path, directory: Path) -> Path:
    """The directory with a demo that this interpreter's dbt has built and tested; fails with it."""
    directory.mkdir()
    done = subprocess.run(
        [str(python), "-m", "fivetran_logs", "demo", "--no-progress"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (directory / "demo" / "report.html").is_file()
    return directory


def marts_in(directory: Path) -> Marts:
    with duckdb.connect(str(directory / "demo" / "fivetran_logs_demo.duckdb"), read_only=True) as database:
        return read_marts(database)


@pytest.fixture(scope="module")
def our_demo(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    return marts_in(demo(Path(sys.executable), tmp_path_factory.mktemp("ours") / "demo"))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_demo_says_the_same_on_every_dbt(version: str, our_demo: Marts, tmp_path: Path) -> None:
    try:
        home = servers.environment(version)
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    told = mart_differences(our_demo, marts_in(demo(home / "bin" / "python", tmp_path / "demo")))
    assert not told, f"{len(told)} differences, the first of them:\n" + "\n".join(told[:20])


def test_the_newest_dbt_finds_nothing_deprecated(tmp_path: Path) -> None:
    """dbt 2 asks for a project that the newest 1.x parses without a deprecation."""
    try:
        home = servers.environment("dbt_newest")
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    done = subprocess.run(
        [
            *(str(home / "bin" / "dbt"), "--no-partial-parse", "--show-all-deprecations"),
            *("--warn-error-options", json.dumps({"error": ["Deprecations"]})),
            *("parse", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT / ".dbt"), "--target", "duckdb"),
            *("--target-path", str(tmp_path), "--log-path", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "deprecat" not in done.stdout.lower()
