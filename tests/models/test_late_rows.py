"""The build reads rows that become visible later, however old they are, and keeps rows that the source has lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers import DATABASE, NO_TESTS, build_in, rows

LOG = "fivetran_log"
OLDER = "older_log"
AS_OF = "2026-06-11T00:00:00"
EVENTS = "fivetran_analytics_intermediate.int_fivetran_log__events"
ARRIVALS = "fivetran_analytics_intermediate.int_fivetran_log__arrivals"
SYNCS = """
insert into {schema}.log
select
    md5('{connection}' || day || message_event), day + interval 6 hour + minutes * interval 1 minute, '{connection}',
    'INFO', message_event, data, '{connection}' || strftime(day, '%m%d'), {arrived}
from generate_series(timestamp '{first}', timestamp '{last}', interval 1 day) as days (day)
cross join (values
    ('sync_start', 0, null),
    ('records_modified', 5, '{{"schema": "s", "table": "t", "operationType": "UPDATED", "count": 10}}'),
    ('sync_end', 5, '{{"status": "SUCCESSFUL"}}')
) as events (message_event, minutes, data)
"""
ARRIVED = "day + interval 6 hour + minutes * interval 1 minute"  # when it happened


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """A directory with the empty logs of two Platform schemas."""
    with duckdb.connect(str(tmp_path / DATABASE)) as database:
        for schema in (LOG, OLDER):
            database.execute(f"create schema {schema}")
            database.execute(
                f"create table {schema}.log (id varchar, time_stamp timestamp, connection_id varchar, event varchar, "
                "message_event varchar, message_data varchar, sync_id varchar, _fivetran_synced timestamp)"
            )
    return tmp_path


def log(
    directory: Path, first: str, last: str, schema: str = LOG, connection: str = "c", arrived: str = ARRIVED
) -> None:
    """A sync a day, each of three events."""
    run(directory, SYNCS.format(schema=schema, connection=connection, first=first, last=last, arrived=arrived))


def run(directory: Path, sql: str) -> None:
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute(sql)


def built(directory: Path, *options: str, **variables: Any) -> dict[str, int]:
    """Syncs and rows by month, after a build; the health of connections is not needed here."""
    selected = ("--select", "+fct_fivetran_sync_performance", "+fct_fivetran_sync_performance_trends")
    outcome = build_in(directory, *NO_TESTS, *selected, *options, fivetran_logs_as_of=AS_OF, **variables)
    assert outcome.succeeded, outcome.problems
    syncs = rows(
        directory,
        "select strftime(sync_date, '%m'), count(*), sum(rows_synced) "
        "from fivetran_analytics.fct_fivetran_sync_performance group by 1 order by 1",
    )
    trends = rows(
        directory,
        "select strftime(activity_date, '%m'), sum(total_syncs), sum(rows_synced) "
        "from fivetran_analytics.fct_fivetran_sync_performance_trends group by 1 order by 1",
    )
    assert trends == syncs
    assert all(changed == 10 * count for _, count, changed in syncs)
    return {month: count for month, count, _ in syncs}


def test_an_older_export_appended_after_a_newer_one(account: Path) -> None:
    log(account, "2026-06-01", "2026-06-10")
    assert built(account) == {"06": 10}
    log(account, "2026-05-10", "2026-05-29")
    assert built(account) == {"05": 20, "06": 10}
    taken = f"select event_key, loaded_at from {EVENTS} order by 1"
    before = rows(account, taken)
    assert built(account) == {"05": 20, "06": 10}
    assert rows(account, taken) == before, "what is known was loaded again"
    assert rows(account, f"select count(*) from {ARRIVALS} where not is_taken") == [(0,)]


@pytest.mark.long
def test_an_older_platform_schema_joins(account: Path) -> None:
    log(account, "2026-06-01", "2026-06-10")
    assert built(account) == {"06": 10}
    log(account, "2026-05-10", "2026-05-29", schema=OLDER, connection="d")
    assert built(account, fivetran_platform_schemas=[LOG, OLDER]) == {"05": 20, "06": 10}


@pytest.mark.long
def test_the_start_of_the_log_is_lowered_then_removed(account: Path) -> None:
    log(account, "2026-05-10", "2026-06-10", arrived="timestamp '2026-06-10 07:00:00'")  # all at once, as a first sync
    assert built(account, fivetran_platform_log_start_date="2026-06-05") == {"06": 6}
    assert built(account, fivetran_platform_log_start_date="2026-05-31") == {"05": 1, "06": 10}
    assert built(account) == {"05": 22, "06": 10}


def test_rows_that_do_not_say_when_they_arrived(account: Path) -> None:
    log(account, "2026-06-01", "2026-06-10", arrived="null")
    assert built(account) == {"06": 10}
    log(account, "2026-05-10", "2026-05-29", arrived="null")
    assert built(account) == {"05": 20, "06": 10}


@pytest.mark.long
def test_a_full_refresh_reads_all_there_is_and_keeps_what_the_source_lost(account: Path) -> None:
    log(account, "2026-05-01", "2026-06-10")
    assert built(account) == {"05": 31, "06": 10}
    run(account, f"delete from {LOG}.log where time_stamp < '2026-06-04'")  # seven days are left
    log(account, "2026-04-01", "2026-04-30")
    # as if an earlier build had passed over April
    run(
        account,
        f"insert into {ARRIVALS} by name select '{LOG}' as platform_schema, 'log' as log_source, "
        "date_trunc('hour', _fivetran_synced) as arrival_hour, count(*) as row_count, "
        "min(time_stamp) as first_event_at, "
        "max(time_stamp) as last_event_at, true as is_taken, "
        f"(select max(rules_version) from {ARRIVALS}) as rules_version "
        f"from {LOG}.log where time_stamp < '2026-05-01' group by 3",
    )
    assert built(account) == {"05": 31, "06": 10}
    assert built(account, "--full-refresh") == {"04": 30, "05": 31, "06": 10}
    forgotten = built(account, "--full-refresh", fivetran_logs_forget_history=True)
    assert forgotten == {"04": 30, "06": 7}


@pytest.mark.long
def test_a_count_without_its_events_hides_nothing(account: Path) -> None:
    log(account, "2026-06-01", "2026-06-10")
    assert built(account) == {"06": 10}
    log(account, "2026-05-10", "2026-05-29")
    counted = build_in(account, *NO_TESTS, "--select", "int_fivetran_log__arrivals", fivetran_logs_as_of=AS_OF)
    assert counted.succeeded, counted.problems  # and then the build was killed
    assert built(account) == {"05": 20, "06": 10}
