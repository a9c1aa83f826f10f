"""The forecast against what is published, and against what came. `make bench-forecast` measures it on whole years."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from statistics import mean, median

import backtest
import duckdb
import pytest
from backtest import Case, step_sql

TRIANGLES = Path(__file__).with_name("reserving_triangles.csv")
DAYS = (5, 10, 20)
MONTHS = [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]


@pytest.mark.parametrize(
    ("triangle", "reserve"),
    [("genins", 18_680_856), ("raa", 52_135)],  # Taylor and Ashe (1983); Reinsurance Association of America
)
def test_the_chain_ladder_gives_the_published_reserve(built_account, triangle: str, reserve: int) -> None:
    with duckdb.connect() as database:
        database.execute(
            """
            create table __dbt__cte__int_fivetran_log__usage_triangles as
            select
                triangle as series_key, date '2026-01-01' as target_date, origin, age,
                cast(cumulative as double) as cumulative_rows
            from read_csv(?)
            """,
            [str(TRIANGLES)],
        )
        sql = step_sql(built_account.directory, "int_fivetran_log__chain_ladder")
        outstanding = database.execute(
            f"select count(*), round(sum(ultimate_rows - cumulative_rows)) from ({sql}) where series_key = ?",
            [triangle],
        ).fetchone()
    assert outstanding == (10, reserve)


def test_an_estimate_that_never_erred_decides(built_account) -> None:
    """Of a connection's own history: another one's may say otherwise."""
    sql = step_sql(built_account.directory, "int_fivetran_log__usage_projections")
    with duckdb.connect() as database:
        database.execute(
            """
            create table __dbt__cte__int_fivetran_log__usage_estimates as
            select
                series_key, 'd' as destination_id, series_key as connection_id, null as unmatched_name,
                date '2026-06-01' - to_months(cast(months_ago as int)) as month_date, months_ago,
                date '2026-06-10' as known_date, date '2020-01-01' as first_date,
                30 as days_of_month, 10 as day_reached, 0.333 as share_of_month, 12.0 as months_of_history,
                case when months_ago = 0 then 20 else 100 end as rows_of_month, 20 as rows_at_day,
                100 as last_month_rows,
                case series_key when 'like last month' then 100.0 else 200.0 end as last_month_estimate,
                200.0 as fill_up_estimate,
                case series_key when 'like its pace' then 100.0 else 200.0 end as pace_estimate
            from
                range(13) as months (months_ago),
                (values ('like last month'), ('like its pace')) as series (series_key)
            """
        )
        projected = dict(
            database.execute(f"select series_key, projected_rows from ({sql}) where months_ago = 0").fetchall()
        )
    assert projected == pytest.approx({"like last month": 100, "like its pace": 100}, rel=0.05)


@pytest.fixture(scope="module")
def cases(built_account, tmp_path_factory) -> dict[int, list[Case]]:
    """Three months of a simulated year, by day of month."""
    directory = tmp_path_factory.mktemp("forecast")
    usage = backtest.simulated(11, days=330, as_of=datetime(2026, 5, 31, 23, 59))
    backtest.borrow(built_account.directory, directory, usage)
    by_day: dict[int, list[Case]] = defaultdict(list)
    for case in backtest.backtest(directory, "simulated", MONTHS, DAYS, built=built_account.directory):
        by_day[case.day].append(case)
    assert all(len(by_day[day]) >= 50 for day in DAYS)
    return by_day


def _error(cases: list[Case], opponent: str | None = None) -> float:
    return median(case.error(backtest.OPPONENTS.index(opponent) if opponent else None) for case in cases)


def test_it_is_never_much_worse_than_last_month(cases) -> None:
    for day in DAYS:
        assert _error(cases[day]) <= 1.1 * _error(cases[day], "last month"), day


@pytest.mark.parametrize("opponent", backtest.OPPONENTS)
def test_it_is_ahead_from_day_10(cases, opponent: str) -> None:
    assert _error(cases[10]) < _error(cases[10], opponent)
    assert _error(cases[20]) < 1.02 * _error(cases[20], opponent)


def test_by_day_20_it_errs_half_as_much_as_last_month(cases) -> None:
    assert _error(cases[20]) <= 0.5 * _error(cases[20], "last month")


def test_the_range_holds_and_is_never_below_what_has_been_seen(cases) -> None:
    everything = [case for day in DAYS for case in cases[day]]
    assert all(case.seen <= case.low <= case.projected <= case.high for case in everything)
    assert 0.7 <= mean(case.is_within for case in everything) <= 0.9


def test_the_parts_add_up(built_account) -> None:
    """Each series with paid rows has its four months; rows so far are the usage mart's, dollars the bill's."""
    mart = "fivetran_analytics.fct_fivetran_mar_forecast"
    forecast = f"(from {mart} where charge_kind = 'paid_rows')"
    usage = "fivetran_analytics.fct_fivetran_monthly_active_rows"
    distinct = "count(distinct (destination_id, coalesce(connection_id, connection_name)))"
    ((series, months),) = built_account.rows(f"select {distinct}, count(*) from {forecast}")
    ((used,),) = built_account.rows(f"select {distinct} from {usage} where paid_active_rows > 0")
    assert months == 4 * series == 4 * used
    ((seen,),) = built_account.rows(f"select sum(paid_active_rows_to_date) from {forecast}")
    ((used_rows,),) = built_account.rows(
        f"select sum(paid_active_rows) from {usage} where month_date = (select min(month_date) from {forecast})"
    )
    assert seen == used_rows > 0
    ((spent,),) = built_account.rows(f"select sum(cost_to_date_usd) from {forecast} where months_ahead = 0")
    ((allocated,),) = built_account.rows(
        "select sum(allocated_cost_usd) from fivetran_analytics.fct_fivetran_cost_allocation "
        f"where paid_active_rows > 0 and month_date = (select min(month_date) from {forecast})"
    )
    assert spent == allocated > 0, "what is spent is what the open month's bill allocates"
