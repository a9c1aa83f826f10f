"""With the price list that an account was billed by, the allocation gives each table the price it was charged."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import helpers
import pytest

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt.open import DEMO_SEEDS
from fivetran_logs.simulator import simulate

MARTS = ("fct_fivetran_cost_allocation", "fct_fivetran_monthly_active_rows")
CHECKS = ("bills_are_allocated_to_the_cent", "price_curve_is_whole")


def built(directory: Path, **options: Any) -> dict[str, Any]:
    """A year and a half of usage and bills, built with its own price lists as far as costs go: its truth.json."""
    simulate(directory / "account", usage_only=True, days=500, **options)
    assert helpers.run_cli("load", directory / "account", cwd=directory).code == 0
    truth = json.loads((directory / "account" / "truth.json").read_text(encoding="utf-8"))
    load_settings(directory / "account", directory / helpers.DATABASE)
    build(directory, truth, DEMO_SEEDS)
    return truth


def build(directory: Path, truth: dict[str, Any], seeds: dict[str, str], **variables: Any) -> None:
    outcome = helpers.build_in(
        directory,
        "--select",
        *(f"+{name}" for name in MARTS),
        *CHECKS,
        fivetran_logs_as_of=truth["as_of"],
        fivetran_logs_seed_tables=seeds,
        **variables,
    )
    assert outcome.succeeded, outcome


def sums(rows: list[dict[str, Any]], *key: str) -> dict[tuple, Decimal]:
    out: dict[tuple, Decimal] = {}
    for row in rows:
        at = tuple(row[name] for name in key)
        out[at] = out.get(at, Decimal(0)) + Decimal(str(row["amount_usd"]))
    return out


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    directory = tmp_path_factory.mktemp("costs")
    return directory, built(directory)


def adjusted(truth: dict[str, Any]) -> set[tuple[str, str]]:
    """Months of destinations whose bill has a line that no price list explains."""
    return {
        (row["month_date"], row["destination_id"])
        for row in truth["charges"]
        if row["charge_kind"] not in ("connection_rows", "transformation")
    }


def test_each_connection_and_table_costs_what_it_was_charged(account: tuple[Path, dict[str, Any]]) -> None:
    directory, truth = account
    odd = adjusted(truth)
    found = helpers.rows(
        directory,
        "select strftime(month_date, '%Y-%m-%d'), destination_id, connection_name, schema_name, table_name, "
        "allocated_cost_usd, modelled_cost_usd, allocation_method from fivetran_analytics.fct_fivetran_cost_allocation "
        "where paid_active_rows > 0",
    )
    costs = {row[:5]: row[5:] for row in found if row[:2] not in odd}
    key = ("month_date", "destination_id", "connection_name", "schema_name", "table_name")
    charged = {at: usd for at, usd in sums(truth["prices"], *key).items() if at[:2] not in odd}
    assert charged.keys() == costs.keys()
    assert len(charged) > 1000
    assert {method for _, _, method in costs.values()} == {"price_curve"}
    for at, usd in charged.items():
        allocated, modelled, _ = costs[at]
        assert abs(allocated - usd) <= Decimal("0.02"), (at, allocated, usd)
        assert abs(Decimal(modelled) * Decimal("0.92") - usd) <= Decimal("0.02"), (at, modelled, usd)


def test_what_no_connection_caused_has_rows_of_its_own(account: tuple[Path, dict[str, Any]]) -> None:
    directory, truth = account
    odd = adjusted(truth)
    runs = [row for row in truth["charges"] if row["charge_kind"] == "transformation"]
    charged = {at: usd for at, usd in sums(runs, "month_date", "destination_id").items() if at not in odd}
    found = helpers.rows(
        directory,
        "select strftime(month_date, '%Y-%m-%d'), destination_id, allocated_cost_usd "
        "from fivetran_analytics.fct_fivetran_cost_allocation "
        "where charge_kind = 'transformation' and allocated_cost_usd > 0",
    )
    assert charged
    costs = {row[:2]: row[2] for row in found if row[:2] not in odd}
    assert costs.keys() == charged.keys()
    assert all(abs(costs[at] - usd) <= Decimal("0.02") for at, usd in charged.items())


def test_the_right_price_list_gives_a_constant_factor(account: tuple[Path, dict[str, Any]]) -> None:
    directory, truth = account
    odd = adjusted(truth)
    found = helpers.rows(
        directory,
        "select strftime(month_date, '%Y-%m-%d'), destination_id, max(calibration_factor), min(calibration_factor) "
        "from fivetran_analytics.fct_fivetran_cost_allocation where calibration_factor is not null "
        "group by all having sum(modelled_cost_usd) >= 50",  # a bill of a few cents is all rounding
    )
    assert all(highest == lowest for _, _, highest, lowest in found)
    factors = {row[:2]: row[2] for row in found}
    assert len([at for at in factors if at not in odd]) > 20
    for at, factor in factors.items():
        if at not in odd:
            assert factor == pytest.approx(truth["discount_factor"], rel=2e-3), at


def test_without_a_price_list_rows_share_the_bill(account: tuple[Path, dict[str, Any]]) -> None:
    """The last test of the module: it builds the account again, without its price list."""
    directory, truth = account
    build(directory, truth, {})
    mart = "fivetran_analytics.fct_fivetran_cost_allocation"
    assert helpers.rows(directory, f"select distinct allocation_method from {mart} where paid_active_rows > 0") == [
        ("row_share",)
    ]
    (worst,) = helpers.rows(
        directory,
        f"""
        select max(abs(allocated_cost_usd - bill * paid_active_rows / paid))
        from (
            select
                *,
                sum(allocated_cost_usd) over (partition by month_date, destination_id) as bill,
                sum(paid_active_rows) over (partition by month_date, destination_id) as paid
            from {mart}
        )
        where paid > 0
        """,
    )[0]
    assert worst < Decimal("0.01")
    bills = sums(truth["cost"], "month_date", "destination_id")
    found = helpers.rows(
        directory,
        f"select strftime(month_date, '%Y-%m-%d'), destination_id, sum(allocated_cost_usd) from {mart} group by all",
    )
    assert {row[:2]: row[2] for row in found if row[2]} == {at: usd for at, usd in bills.items() if usd}
