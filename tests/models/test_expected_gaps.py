"""A connection is late by its own habit: in 60 days no false delay at any hour, and a real stop is found in time.

The SQL of the models judges every hour of many kinds of schedules, on tables filled here instead of by a build.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from helpers import dbt_project, inside

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AS_OF = datetime(2026, 6, 19)  # a Friday
BEGIN = AS_OF - 200 * DAY
JUDGED = AS_OF - 60 * DAY
MODELS = ("int_fivetran_log__long_gaps", "int_fivetran_log__expected_gaps")


@dataclass(frozen=True)
class Kind:
    """A way to sync: when a sync is due, by how many minutes it ends late at most, what the source says of it."""

    is_due: Callable[[datetime], bool]
    jitter: int
    frequency: int | None
    longest: timedelta  # between two due syncs
    owner: int | None = None


def hourly(at: datetime) -> bool:
    return at.minute == 0


def daytime(at: datetime) -> bool:
    return 7 <= at.hour < 21


def working_day(at: datetime) -> bool:
    return at.weekday() < 5


def at_hour(*hours: int) -> Callable[[datetime], bool]:
    return lambda at: hourly(at) and at.hour in hours


def by_hand(shortest: timedelta, longest: timedelta) -> Callable[[datetime], bool]:
    """Whenever somebody thinks of it."""
    draw, due, at = random.Random(f"{shortest} {longest}"), set(), BEGIN
    while at < AS_OF:
        due.add(at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond))
        at += draw.uniform(shortest / DAY, longest / DAY) * DAY
    return due.__contains__


CHANGED = AS_OF - 25 * DAY

KINDS = {
    "hourly": Kind(hourly, 10, 60, HOUR),
    "cron with a night's pause": Kind(daytime, 5, 15, 10 * HOUR + 15 * timedelta(minutes=1)),
    "working hours of working days": Kind(
        lambda at: hourly(at) and working_day(at) and 8 <= at.hour <= 18, 20, 60, 62 * HOUR
    ),
    "once a working day, no frequency": Kind(lambda at: at_hour(6)(at) and working_day(at), 150, None, 3 * DAY),
    "working days, around midnight": Kind(
        lambda at: at.hour == 23 and at.minute == 45 and working_day(at), 40, None, 3 * DAY
    ),
    "twice a week": Kind(lambda at: at_hour(4)(at) and at.weekday() in (0, 3), 120, None, 4 * DAY),
    "weekly": Kind(lambda at: at_hour(3)(at) and at.weekday() == 0, 180, 1440, 7 * DAY),
    "every second week": Kind(
        lambda at: at_hour(3)(at) and at.weekday() == 0 and at.isocalendar().week % 2 == 0, 180, None, 14 * DAY
    ),
    "monthly": Kind(lambda at: at_hour(3)(at) and at.day == 1, 180, None, 31 * DAY),
    "hourly in the first five days of a month": Kind(lambda at: hourly(at) and at.day <= 5, 20, 60, 27 * DAY),
    "by hand, some time of each working day": Kind(
        lambda at: at_hour(8)(at) and working_day(at), 600, 360, 3 * DAY + 10 * HOUR
    ),
    "by hand, every few hours": Kind(by_hand(2 * HOUR, DAY), 30, 60, DAY),
    "by hand, within three days": Kind(by_hand(8 * HOUR, 3 * DAY), 60, None, 3 * DAY),
    "once a working day, moved to the afternoon": Kind(
        lambda at: at_hour(5 if at < CHANGED else 15)(at) and working_day(at), 20, None, 3 * DAY + 10 * HOUR
    ),
    "six-hourly, said to be hourly": Kind(at_hour(5, 11, 17, 23), 15, 60, 6 * HOUR),
    "hourly, changed to daily": Kind(lambda at: hourly(at) and (at < CHANGED or at.hour == 5), 20, 1440, DAY),
    "daily, changed to hourly": Kind(lambda at: hourly(at) and (at >= CHANGED or at.hour == 5), 20, 60, DAY),
    "owner expects a day": Kind(at_hour(5, 17), 20, 60, 12 * HOUR, owner=24 * 60),
}


def successes(kind: Kind, name: str) -> list[datetime]:
    draw = random.Random(name)
    quarters = int((AS_OF - BEGIN) / timedelta(minutes=15))
    due = (BEGIN + number * timedelta(minutes=15) for number in range(quarters))
    return [at + timedelta(seconds=draw.randint(0, 60 * kind.jitter)) for at in due if kind.is_due(at)]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., list[tuple]]]:
    """Asks the models: connection, instant, last success, minutes expected, where from, whether late."""
    directory: Path = tmp_path_factory.mktemp("gaps")
    with inside(directory):
        project = dbt_project(
            directory,
            fivetran_logs_unit_tests=True,
            fivetran_logs_as_of=AS_OF.isoformat(),
            fivetran_logs_report_days=90,
        )
        results = project.run(
            ["compile", "--select", *MODELS, "--exclude", "resource_type:test", "resource_type:unit_test"]
        ).results
    sql = {result.node.name: result.node.compiled_code for result in results}
    schemas = {result.node.schema for result in results}
    con = duckdb.connect()
    for schema in schemas:
        con.execute(
            f"attach ':memory:' as fivetran_logs; create schema fivetran_logs.{schema}; use fivetran_logs.{schema}"
        )
    con.execute(
        "create table int_fivetran_log__syncs (sync_key text, connection_id text, sync_at timestamp, sync_date date,"
        " is_successful int, is_failed int)"
    )
    con.execute(
        "create table int_fivetran_log__connections (connection_id text, sync_frequency_minutes bigint,"
        " expected_every_minutes bigint)"
    )
    con.execute(
        "create table int_fivetran_log__actions (connection_id text, occurred_at timestamp, is_paused_by_it boolean,"
        " resource_type text, secondary_resource_type text)"
    )

    def ask(
        syncs: dict[str, list[datetime]], instants: list[datetime], failed: dict[str, list[datetime]] | None = None
    ):
        con.execute("delete from int_fivetran_log__syncs; delete from int_fivetran_log__connections")
        for name, times in syncs.items():
            kind = KINDS[name]
            con.execute(
                "insert into int_fivetran_log__connections values (?, ?, ?)", [name, kind.frequency, kind.owner]
            )
            con.execute(
                "insert into int_fivetran_log__syncs select cast(moment as text), ?, moment, cast(moment as date), 1, 0"
                " from (select unnest(?::timestamp[]) as moment)",
                [name, times],
            )
            con.execute(
                "insert into int_fivetran_log__syncs select cast(moment as text), ?, moment, cast(moment as date), 0, 1"
                " from (select unnest(?::timestamp[]) as moment)",
                [name, (failed or {}).get(name, [])],
            )
        # an instant takes the place of a report day, which is only a key there
        con.execute(
            """
            create or replace table int_fivetran_log__connection_windows as
            with successes as (
                select connection_id, sync_at, count(*) over (partition by connection_id order by sync_at) as so_far
                from int_fivetran_log__syncs where is_successful = 1
            ),
            firsts as (
                select connection_id, min(sync_at) as first_sync_at from int_fivetran_log__syncs group by connection_id
            ),
            moments as (
                select *, moment - interval 30 day as month_before
                from int_fivetran_log__connections cross join (select unnest(?::timestamp[]) as moment)
            )
            select
                moments.connection_id, moment as report_date, moment as judged_at, sync_frequency_minutes,
                expected_every_minutes, first_sync_at, last.sync_at as last_success_at,
                last.so_far - coalesce(before.so_far, 0) as successful_syncs_30d
            from moments
            inner join firsts using (connection_id)
            asof join successes as last
                on last.connection_id = moments.connection_id and last.sync_at <= moment
            asof left join successes as before
                on before.connection_id = moments.connection_id and before.sync_at <= month_before
            """,
            [instants],
        )
        con.execute(f"create or replace view int_fivetran_log__long_gaps as {sql[MODELS[0]]}")
        return con.execute(
            f"""
            select connection_id, judged_at, last_success_at, expected_gap_minutes, expected_gap_source,
                epoch(judged_at - last_success_at) / 60 > expected_gap_minutes
            from ({sql[MODELS[1]]})
            order by 1, 2
            """
        ).fetchall()

    yield ask
    con.close()


def every_hour() -> list[datetime]:
    return [JUDGED + number * HOUR for number in range(60 * 24)]


def test_no_kind_of_schedule_is_called_late(judge) -> None:
    found = judge({name: successes(kind, name) for name, kind in KINDS.items()}, every_hour())
    assert len(found) == len(KINDS) * 60 * 24
    late = [row for row in found if row[-1]]
    assert not late, f"{len(late)}: {late[:5]}"


def test_each_kind_says_where_its_gap_comes_from(judge) -> None:
    found = judge({name: successes(kind, name) for name, kind in KINDS.items()}, [AS_OF - 7 * HOUR])
    source = {row[0]: row[4] for row in found}
    assert source["hourly"] == source["hourly, changed to daily"] == "schedule"
    assert source["owner expects a day"] == "owner"
    for name in ("once a working day, no frequency", "weekly", "monthly", "six-hourly, said to be hourly"):
        assert source[name] == "history", name


@pytest.mark.parametrize("name", KINDS)
def test_a_real_stop_is_found_within_twice_the_usual_gap(judge, name: str) -> None:
    kind = KINDS[name]
    draw = random.Random(name)
    times = successes(kind, name)
    allowed = max(2 * kind.longest, timedelta(minutes=3 * (kind.frequency or 480)), timedelta(minutes=kind.owner or 0))
    for last in draw.sample([at for at in times if at >= AS_OF - 55 * DAY] or times[-1:], k=1) + times[-40:-1:7]:
        before = [at for at in times if at <= last]
        instants = [last + number * HOUR for number in range(1, int(allowed / HOUR) + 4)]
        found = judge({name: before}, instants)
        first_late = min((row[1] for row in found if row[-1]), default=None)
        assert first_late is not None, f"{name}: the stop after {last} is not found"
        assert first_late - last <= allowed + 2 * HOUR, f"{name}: the stop after {last} is found at {first_late}"


def test_a_stop_by_day_is_not_excused_by_the_night(judge) -> None:
    """The habit is of the time of the week: mid-morning on a Tuesday nobody is used to wait for the weekend."""
    name = "working hours of working days"
    times = successes(KINDS[name], name)
    tuesday = max(at for at in times if at.weekday() == 1 and at.hour == 10)
    ((*_, expected, source, _),) = judge({name: [at for at in times if at <= tuesday]}, [tuesday + HOUR])
    assert (expected, source) == (180, "schedule")


def test_one_outage_is_no_habit(judge) -> None:
    """A silent outage three weeks ago, or one full of failures, does not excuse the next one."""
    name = "hourly"
    times = successes(KINDS[name], name)
    outage = AS_OF - 22 * DAY
    silent = [at for at in times if not outage <= at < outage + 4 * DAY]
    last = outage + 21 * DAY
    (row,) = judge({name: [at for at in silent if at <= last]}, [last + HOUR])
    assert row[3:5] == (180, "schedule")
    new = [at for at in silent if outage - 10 * DAY <= at <= outage + 10 * DAY]
    failed = [at for at in times if outage <= at < outage + 4 * DAY]
    (row,) = judge({name: new}, [outage + 10 * DAY], {name: failed})
    assert row[3:5] == (180, "schedule")
