"""The first failing row of each failed data test, queried after a build: dbt itself only reports their number."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.warehouse import open_warehouse
from fivetran_logs.failures.errors import UserError


def first_failing_rows(project: DbtProject, tests: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """The first failing row of each test node, by unique id; a test that cannot run again has no entry."""
    found: dict[str, dict[str, Any]] = {}
    asked = [test for test in tests if getattr(test, "compiled_code", None)]
    if not asked:
        return found
    with suppress(UserError), open_warehouse(project) as warehouse:  # then the message shows no row
        for test in asked:
            with suppress(UserError):
                for row in warehouse.query(test.compiled_code, limit=1).dicts():
                    found[test.unique_id] = {name.lower(): value for name, value in row.items()}
    return found
