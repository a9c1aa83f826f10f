"""A step inside its reader stands where dbt itself would write it."""

from __future__ import annotations

import inspect

import pytest
from dbt import compilation
from dbt.contracts.graph.nodes import InjectedCTE

from fivetran_logs.dbt.inlined import inject_quickly

STEPS = [InjectedCTE(f"model.x.{name}", f" __dbt__cte__{name} as (\nselect 1 as a\n)") for name in ("one", "two")]


@pytest.mark.parametrize(
    ("sql", "quick"),
    [
        (
            "\n-- why; with\n\nwith\n\nrows_ as (\n    select 1\n)\n\nselect * from rows_\n",
            True,
        ),
        ("/* a\nb */ WITH rows_ as (select 1) select * from rows_", True),
        ("with -- said here\nrows_ as (select ';--' as a) select * from rows_", False),
        ("with\n\n-- said below\n\nrows_ as (select 1) select * from rows_", True),
        ("with recursive rows_ as (select 1) select * from rows_", False),
        ("select * from __dbt__cte__one", False),
        ("-- with\nselect 1", False),
        ("with rows_ as (select 1) select * from rows_; select 2", False),
        ("with_it as (select 1)", False),
    ],
)
def test_as_dbt_writes_it(sql: str, quick: bool) -> None:
    its_own = inspect.unwrap(compilation.inject_ctes_into_sql)
    asked = []
    ours = inject_quickly(lambda *arguments: asked.append(arguments) or its_own(*arguments))(sql, STEPS)
    assert ours == its_own(sql, STEPS)
    assert (not asked) is quick


def test_without_a_step_it_stays() -> None:
    its_own = inspect.unwrap(compilation.inject_ctes_into_sql)
    assert inject_quickly(its_own)("with a as (select 1) select * from a", []) == "with a as (select 1) select * from a"
