"""The SQL that reaches the database parses and keeps to the house style: `[tool.sqlfluff]` in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

import helpers


def test_compiled_models_are_clean(built_account) -> None:
    compiled = built_account.directory / "target" / "compiled" / "fivetran_logs" / "models"
    models = [compiled / "intermediate", compiled / "marts"]
    assert sum(1 for folder in models for _ in folder.rglob("*.sql")) >= 40
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2"),
            *("--config", str(helpers.ROOT / "pyproject.toml"), *map(str, models)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
