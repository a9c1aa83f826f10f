"""The SQL that reaches the database parses and keeps to the house style: `[tool.sqlfluff]` in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

import helpers


def test_compiled_models_are_clean(built_account) -> None:
    compiled = built_account.directory / "target" / "compiled" / "fivetran_logs" / "models"
    files = [path for layer in ("intermediate", "marts") for path in (compiled / layer).rglob("*.sql")]
    # models and their data tests; unit tests, which another test may have compiled here, hold literals of dbt's own
    files = [path for path in files if ".unit_tests.yml" not in str(path)]
    assert len(files) >= 40
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2"),
            *("--config", str(helpers.ROOT / "pyproject.toml"), *map(str, files)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
