"""The first row that each failed data test found, asked for after a build: dbt itself says only how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.warehouse import open_warehouse
from fivetran_logs.failures.errors import UserError


def first_failing_rows(project: DbtProject, tests: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """For each of dbt's test nodes its first failing row, by unique id; none for a test that cannot be asked again."""
    found: dict[str, dict[str, Any]] = {}
    asked = [test for test in tests if getattr(test, "compiled_code", None)]
    if not asked:
        return found
    with suppress(UserError), open_warehouse(project) as warehouse:  # the failure is told without a row then
        for test in asked:
            with suppress(UserError):
                for row in warehouse.query(test.compiled_code, limit=1).dicts():
                    found[test.unique_id] = {name.lower(): value for name, value in row.items()}
    return found
