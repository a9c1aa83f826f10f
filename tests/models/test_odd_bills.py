"""Bills and usage that do not fit: no row and no dollar is lost, nothing is divided by zero, and it is said what to do.

One small account has all of it, each kind in a destination of its own.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import helpers
import pytest

AS_OF = "2026-06-18T14:00:00"
CLOSED, EARLY = "2026-04", "2026-01"
MARTS = (
    "cost_allocation",
    "transformation_runs",
    "budget_status",
    "monthly_active_rows",
    "unit_economics",
    "mar_forecast",
)
ALLOCATION = "fivetran_analytics.fct_fivetran_cost_allocation"
VARIABLES: dict[str, Any] = {
    "fivetran_logs_as_of": AS_OF,
    "fivetran_logs_usd_per_currency": {"EUR": 1.25},
    "fivetran_logs_seed_tables": {"fivetran_price_curve": "odd.price_curve", "fivetran_budgets": "odd.budgets"},
}
# destination, month, paid rows
USAGE = [
    ("no_bill", CLOSED, 700),
    ("negative", CLOSED, 2_000_000),
    ("negative", "2026-06", 1_000_000),
    ("euro", CLOSED, 100),
    ("pounds", CLOSED, 100),
    ("both", CLOSED, 100),
    ("restated", CLOSED, 100),
    ("nothing", CLOSED, 100),
    ("early", EARLY, 100),
    ("new", "2026-06", 50),
    ("twice", CLOSED, 100),
    ("unpaid", CLOSED, 0),
    ("empty_bill", CLOSED, 100),
    ("credits", CLOSED, 300),
    ("credits", "2026-06", 300),
    ("both_units", CLOSED, 100),
    ("not_yet", CLOSED, 1_000),
]
# destination, month as the source spells it, amount, currency, day of arrival
BILLS = [
    ("bill_only", CLOSED, 12, None, 1),
    ("negative", CLOSED, -3, None, 1),
    ("refund", CLOSED, -5, None, 1),
    ("euro", CLOSED, 10, "EUR", 1),
    ("pounds", CLOSED, 10, "GBP", 1),
    ("pounds_only", CLOSED, 8, "gbp", 1),
    ("both", CLOSED, 10, "EUR", 1),
    ("both", CLOSED, 20, "USD", 1),
    ("restated", CLOSED, 100, None, 1),
    ("restated", f"{CLOSED}-01", 90, None, 9),
    ("nothing", CLOSED, 0, None, 1),
    ("early", EARLY, 10, None, 1),
    ("twice", CLOSED, 10, None, 1),
    ("twice", CLOSED, 10, None, 1),
    ("unpaid", CLOSED, 10, None, 1),
    ("free", CLOSED, 6, None, 1),
    ("empty_bill", CLOSED, None, None, 1),
    ("shared_a", CLOSED, 4, None, 1),
    ("shared_b", CLOSED, 8, None, 1),
    ("old", "2025-11", 11, None, 1),
    ("both_units", CLOSED, 20, None, 1),
    ("not_yet", CLOSED, 10, None, 1),
    ("not_yet", "2026-06", 3, None, 1),
]
EXPECTED = {  # dollars of each destination's closed month; None without a bill in dollars
    "no_bill": None,
    "negative": -3,
    "euro": 12.5,
    "pounds": None,
    "both": 32.5,
    "restated": 90,
    "nothing": 0,
    "early": 10,
    "bill_only": 12,
    "refund": -5,
    "pounds_only": None,
    "twice": 10,
    "unpaid": 10,
    "free": 6,
    "empty_bill": None,
    "credits": None,
    "credits_only": None,
    "shared_a": 4,
    "shared_b": 8,
    "old": 11,
    "runs": None,
    "both_units": 20,
    "not_yet": 10,
}


def write_source(directory: Path) -> None:
    helpers.empty_source(directory)
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        database.execute(
            """
            create table fivetran_log.incremental_mar (
                measured_date varchar, destination_id varchar, connection_name varchar, schema_name varchar,
                table_name varchar, free_type varchar, sync_type varchar, incremental_rows bigint
            );
            create table fivetran_log.usage_cost (
                measured_month varchar, destination_id varchar, amount double, currency varchar,
                _fivetran_synced timestamp
            );
            create table fivetran_log.transformation_runs (
                free_type varchar, job_id varchar, measured_date varchar, project_type varchar, destination_id varchar,
                job_name varchar, model_runs bigint
            );
            insert into fivetran_log.transformation_runs values
                ('PAID', 'j', '2026-01-03', 'DBT_CORE', 'early', 'core', 400),
                ('PAID', 'k', '2026-05-20', 'DBT_CORE', 'runs', 'core', 600),
                ('PAID', 'k', '2026-06-16', 'DBT_CORE', 'runs', 'core', 340),
                ('PAID', 'j', 'some day', 'DBT_CORE', 'early', 'core', 7);
            insert into fivetran_log.incremental_mar values
                ('2026-04-05', 'free', 'of_free', 's', 't', 'INITIAL_SYNC', 'UNKNOWN', 500),
                ('2026-04-06', 'free', 'of_free', 's', 'u', 'PROMOTION', 'UNKNOWN', null),
                ('2026-04-05', 'shared_a', 'shared', 's', 't', 'PAID', 'UNKNOWN', 100),
                ('2026-04-05', 'shared_b', 'shared', 's', 't', 'PAID', 'UNKNOWN', 100);
            create table fivetran_log.credits_used (
                measured_month varchar, destination_id varchar, credits_consumed bigint, _fivetran_synced timestamp
            );
            insert into fivetran_log.credits_used values
                ('2026-04', 'credits', 30, '2026-05-01 00:00:00'),
                ('2026-04', 'credits_only', 7, '2026-05-01 00:00:00'),
                ('2026-04', 'both_units', 5, '2026-05-01 00:00:00');
            create schema odd;
            create table odd.price_curve (
                valid_from date, meter varchar, scope varchar, from_units bigint, to_units bigint,
                usd_per_million double, base_usd double, base_kind varchar
            );
            insert into odd.price_curve values
                ('2025-01-01', 'model_runs', 'account', 0, null, 10000, null, null),
                ('2026-03-01', 'connection_mar', 'connection', 0, 50, 900, null, null),
                ('2026-03-01', 'connection_mar', 'connection', 50, null, 700, null, null),
                ('2026-03-15', 'connection_mar', 'connection', 0, null, 500, null, null);
            create table odd.budgets (
                scope_type varchar, scope varchar, month_date date, budget_usd double, budget_paid_active_rows bigint
            );
            insert into odd.budgets values
                ('team', 'Nobody', null, 100, null), ('account', null, null, 0, 0),
                ('connection', 'of_new', '2026-08-15', null, 0), ('destination', 'not_yet', null, 100, null),
                ('connection', 'of_twice', '2026-02-01', null, 9);
            """
        )
        database.executemany(
            "insert into fivetran_log.incremental_mar values (?, ?, ?, 's', 't', 'PAID', 'UNKNOWN', ?)",
            [(f"{month}-05", place, f"of_{place}", rows) for place, month, rows in USAGE],
        )
        database.executemany(
            "insert into fivetran_log.usage_cost values (?, ?, ?, ?, ?)",
            [(month, place, amount, money, f"2026-05-{day:02} 00:00:00") for place, month, amount, money, day in BILLS],
        )


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("odd_bills")
    write_source(directory)
    outcome = helpers.build_in(
        directory,
        "--select",
        *(f"+fct_fivetran_{name}" for name in MARTS),
        "bills_are_allocated_to_the_cent",
        **VARIABLES,
    )
    assert outcome.succeeded, outcome
    return directory


def test_no_dollar_is_lost(odd: Path) -> None:
    found = helpers.rows(
        odd,
        f"select destination_id, sum(allocated_cost_usd) from {ALLOCATION} "
        "where month_date < '2026-06-01' group by all",
    )
    assert {place: usd if usd is None else float(usd) for place, usd in found} == EXPECTED


def test_no_row_is_lost(odd: Path) -> None:
    found = helpers.rows(
        odd,
        f"select destination_id, strftime(month_date, '%Y-%m'), sum(paid_active_rows) from {ALLOCATION} "
        "where paid_active_rows > 0 group by all",
    )
    shared = [("shared_a", CLOSED, 100), ("shared_b", CLOSED, 100)]
    assert sorted(found) == sorted([*shared, *(usage for usage in USAGE if usage[2] > 0)])
    assert helpers.rows(
        odd,
        "select sum(free_active_rows), sum(allocated_cost_usd) "
        "from fivetran_analytics.fct_fivetran_monthly_active_rows where destination_id = 'free'",
    ) == [(500, Decimal("6.00"))]
    (counted,) = helpers.rows(odd, "select sum(model_runs) from fivetran_analytics.fct_fivetran_transformation_runs")[0]
    assert counted == 1347, "the run of a day that nobody can read too"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("no_bill", "no bill: sync the table usage_cost"),
        ("bill_only", "The bill has no usage: ask Fivetran"),
        ("pounds", "in GBP, which has no rate"),
        ("pounds_only", "in GBP, which has no rate"),
        ("empty_bill", "no bill: sync the table usage_cost"),
        ("credits_only", "The bill has no usage: ask Fivetran"),
        ("old", "older than all usage in incremental_mar"),
        ("runs", "paid model runs, but no bill"),
    ],
)
def test_what_a_person_must_do_is_a_sentence(odd: Path, place: str, words: str) -> None:
    ((note,),) = helpers.rows(
        odd,
        f"select distinct note from {ALLOCATION} where destination_id = '{place}' and month_date < '2026-06-01'",
    )
    assert words in note


@pytest.mark.parametrize(
    "place",
    [
        *("negative", "refund", "euro", "both", "restated", "nothing", "early"),
        *("twice", "unpaid", "free", "credits", "shared_a", "shared_b", "both_units", "not_yet"),
    ],
)
def test_what_needs_nobody_says_nothing(odd: Path, place: str) -> None:
    assert helpers.rows(odd, f"select distinct note from {ALLOCATION} where destination_id = '{place}'") == [(None,)]


def account_factor(odd: Path) -> float:
    """Of April: all bills above 0 by all their modelled costs."""
    ((factor,),) = helpers.rows(
        odd,
        f"""
        select sum(bill) / sum(modelled)
        from (
            select sum(allocated_cost_usd) as bill, sum(modelled_cost_usd) as modelled from {ALLOCATION}
            where month_date = '2026-04-01' group by destination_id
        )
        where bill > 0 and modelled > 0
        """,
    )
    return factor


def test_a_negative_bill_prices_nothing_that_is_to_come(odd: Path) -> None:
    """The open month of its destination is priced as the account last paid: 1,000,000 rows at 500, times its factor."""
    ((kind, usd),) = helpers.rows(
        odd,
        f"select charge_kind, allocated_cost_usd from {ALLOCATION} "
        "where destination_id = 'negative' and month_date = '2026-06-01'",
    )
    assert kind == "unallocated"
    assert float(usd) == pytest.approx(500 * account_factor(odd), abs=0.005)
    assert helpers.rows(odd, f"select charge_kind from {ALLOCATION} where destination_id = 'refund'") == [
        ("adjustment",)
    ]
    ((lowest,),) = helpers.rows(odd, "select min(projected_cost_usd) from fivetran_analytics.fct_fivetran_mar_forecast")
    assert lowest >= 0


def test_a_list_that_begins_later_leaves_rows_their_part(odd: Path) -> None:
    """January has a price for model runs alone: 400 at 0.01 are 4.00, and the rows share the other 6.00 of 10.00."""
    found = helpers.rows(
        odd,
        f"select charge_kind, allocation_method, allocated_cost_usd, calibration_factor from {ALLOCATION} "
        "where destination_id = 'early' order by 1",
    )
    assert found == [
        ("transformation", "price_curve", Decimal("4.00"), None),
        ("unallocated", "row_share", Decimal("6.00"), None),
    ]


def test_credits_without_a_price_make_no_dollars(odd: Path) -> None:
    """Neither billed nor estimated: by a list of dollars per million, 300 rows of June would have a price."""
    found = helpers.rows(
        odd,
        f"select strftime(month_date, '%Y-%m'), allocated_cost_usd, credits from {ALLOCATION} "
        "where destination_id = 'credits' order by 1",
    )
    assert found == [(CLOSED, None, Decimal("30.00")), ("2026-06", None, None)]
    assert helpers.rows(
        odd,
        "select count(*), count(projected_cost_usd) from fivetran_analytics.fct_fivetran_mar_forecast "
        "where destination_id = 'credits'",
    ) == [(4, 0)]
    ((note,),) = helpers.rows(
        odd,
        "select note from fivetran_analytics.fct_fivetran_budget_status "
        "where scope_type = 'account' and unit = 'usd' and month_date = '2026-06-01'",
    )
    assert "Some of its usage has no price in dollars" in note


def test_a_destination_without_a_bill_is_priced_as_the_account_last_paid(odd: Path) -> None:
    """50 rows at 500 a million, times the factor of the account."""
    ((usd, reason),) = helpers.rows(
        odd, f"select allocated_cost_usd, estimate_reason from {ALLOCATION} where destination_id = 'new'"
    )
    assert float(usd) == pytest.approx(50 * 500e-6 * account_factor(odd), abs=0.005)
    assert "the last bills of the account" in reason
    ((projected,),) = helpers.rows(
        odd,
        "select projected_cost_usd from fivetran_analytics.fct_fivetran_mar_forecast "
        "where destination_id = 'new' and months_ahead = 0",
    )
    assert projected >= usd


def test_model_runs_are_projected_with_the_month(odd: Path) -> None:
    """17 of 30 days are over: 340 runs so far and 600 in May make 600, at 0.01, times the factor of the account."""
    found = helpers.rows(
        odd,
        "select months_ahead, cost_to_date_usd, projected_cost_usd, projected_paid_active_rows, method "
        "from fivetran_analytics.fct_fivetran_mar_forecast where destination_id = 'runs' order by 1",
    )
    factor = account_factor(odd)
    assert [(row[0], *row[3:]) for row in found] == [(ahead, 0, "model_runs") for ahead in range(4)]
    assert float(found[0][1]) == pytest.approx(3.4 * factor, abs=0.005)
    assert [float(row[2]) for row in found] == pytest.approx([6 * factor] * 4, abs=0.005)


def budgets(odd: Path, scope_type: str) -> list[tuple]:
    return helpers.rows(
        odd,
        "select strftime(month_date, '%Y-%m'), unit, budget, status, exhausted_on, variance - projected, note "
        f"from fivetran_analytics.fct_fivetran_budget_status where scope_type = '{scope_type}' order by 1, 2",
    )


def test_a_budget_for_nobody_keeps_its_row(odd: Path) -> None:
    found = budgets(odd, "team")
    assert [row[0] for row in found] == ["2026-06", "2026-07", "2026-08", "2026-09"]
    assert all("No team is called Nobody" in row[-1] for row in found)


def test_a_budget_of_nothing_is_used_up_by_the_first_row(odd: Path) -> None:
    """Usage of June came on the 5th; of a month ahead it is its first day."""
    found = budgets(odd, "account")
    assert [row[:2] for row in found] == [
        (f"2026-{month:02}", unit) for month in range(6, 10) for unit in ("rows", "usd")
    ]
    assert {row[2:4] + row[5:6] for row in found} == {(0, "over", 0)}
    assert [str(row[4]) for row in found if row[1] == "rows"][:2] == ["2026-06-05", "2026-07-01"]
    assert all(row[4] is not None for row in found)


def test_a_budget_counts_in_its_own_month_only(odd: Path) -> None:
    """The 15th of August is August; February is over, so that its budget is not judged any more."""
    assert [(row[0], row[3]) for row in budgets(odd, "connection")] == [("2026-08", "over")]


def test_a_bill_that_is_there_before_the_usage_keeps_its_row(odd: Path) -> None:
    """June's first 3 dollars, without a row yet: charged so far, and part of what its rows are projected to cost."""
    assert helpers.rows(
        odd,
        f"select charge_kind, allocated_cost_usd, is_estimate from {ALLOCATION} "
        "where destination_id = 'not_yet' and month_date = '2026-06-01'",
    ) == [("unallocated", Decimal("3.00"), True)]
    found = helpers.rows(
        odd,
        "select method, cost_to_date_usd, projected_cost_usd from fivetran_analytics.fct_fivetran_mar_forecast "
        "where destination_id = 'not_yet' and months_ahead = 0 order by 1",
    )
    (charge, rows) = found
    assert charge == ("to_date", Decimal("3.00"), max(Decimal("0.00"), 3 - rows[2]))
    assert rows[:2] == ("weighted", Decimal("0.00"))
    assert rows[2] > 0
    ((ends,),) = helpers.rows(
        odd,
        "select projected from fivetran_analytics.fct_fivetran_budget_status "
        "where scope_type = 'destination' and scope = 'not_yet' and unit = 'usd' and month_date = '2026-06-01'",
    )
    assert ends == max(rows[2], Decimal("3.00")), "the bill is not counted on top of its rows"


def test_credits_and_dollars_of_one_destination_both_stay(odd: Path) -> None:
    assert helpers.rows(
        odd,
        f"select sum(allocated_cost_usd), sum(credits) from {ALLOCATION} where destination_id = 'both_units'",
    ) == [(Decimal("20.00"), Decimal("5.00"))]


def test_no_unit_price_is_infinite(odd: Path) -> None:
    found = helpers.rows(
        odd,
        "select cost_per_million_rows_usd, cost_per_connection_usd, cost_per_table_usd "
        "from fivetran_analytics.fct_fivetran_unit_economics",
    )
    assert found
    assert all(value is None or abs(value) < 1e9 for row in found for value in row)


def test_price_points_are_bills_of_one_connection_above_nothing(odd: Path) -> None:
    """10 dollars for 100 rows are 100,000 a million; what a refund or a bill of 0 says is no price."""
    result = helpers.run_cli(
        "query", "price_points", "--format", "json", "--vars", json.dumps(VARIABLES), "--as-of", AS_OF, cwd=odd
    )
    assert result.code == 0, result.err
    points = {row["connection_name"]: row["usd_per_million_rows"] for row in json.loads(result.out)}
    assert points.keys() == {
        *("of_euro", "of_both", "of_restated", "of_twice", "of_early", "shared", "of_both_units", "of_not_yet")
    }
    assert (points["of_twice"], points["of_restated"]) == (100_000, 900_000)
    assert points["of_early"] == 60_000, "without the 4.00 of its model runs"


def test_check_says_it_after_the_build(odd: Path) -> None:
    result = helpers.run_cli("check", "--vars", json.dumps(VARIABLES), "--as-of", AS_OF, cwd=odd)
    said = " ".join(result.out.split())
    for words in (
        "Costs of destination no_bill, 2026-04-01: The month is over and has paid rows, but no bill",
        "Costs of destination bill_only, 2026-04-01: The bill has no usage",
        "Costs of destination pounds, 2026-04-01: A bill of the month is in GBP",
        "The first price list connection_mar begins on 2026-03-01",
        "transformation_runs.measured_date: 1 of 4 times cannot be read, such as 'some day'",
    ):
        assert words in said, said
