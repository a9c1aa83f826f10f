"""Events that an earlier version stored, named by the spelling of their payload, are known again in any spelling."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from helpers import DATABASE, NO_TESTS, build_in, rows

EVENTS = "fivetran_analytics_intermediate.int_fivetran_log__events"
SPELLING_KEY = (
    "md5(concat_ws('|', 'log', id, epoch_us(time_stamp)::varchar, connection_id, message_event,"
    " coalesce(message_data, '~')))"
)


def deliver(directory: Path, day: int, arrived: str, sync: str | None = None, spelled: str = "as before") -> None:
    """A sync on a day of June: two changes of one id and time, two that differ in their id alone, a damaged one."""

    def text(data: dict) -> str:
        return json.dumps(data) if spelled == "as before" else json.dumps(dict(reversed(data.items())), indent=1)

    def change(table: str, count: int) -> str:
        return text({"schema": "s", "table": table, "operationType": "UPDATED", "count": count})

    events = [
        ("start", "00", "INFO", "sync_start", None),
        ("b", "01", "INFO", "records_modified", change("t", 7)),
        ("b", "01", "INFO", "records_modified", change("u", 5)),
        ("x", "02", "INFO", "records_modified", change("t", 1)),
        ("y", "02", "INFO", "records_modified", change("t", 1)),
        ("cut", "03", "INFO", "records_modified", '{"schema":"s","table":"t","count":9,"operationTy'),
        ("error", "04", "SEVERE", "error", text({"type": "denied", "message": "No access"})),
        ("end", "05", "INFO", "sync_end", text({"status": "SUCCESSFUL"})),
    ]
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema if not exists fivetran_log")
        database.execute(
            "create table if not exists fivetran_log.log (id varchar, time_stamp timestamp, connection_id varchar, "
            "event varchar, message_event varchar, message_data varchar, sync_id varchar, _fivetran_synced timestamp)"
        )
        database.executemany(
            "insert into fivetran_log.log values (?, ?, 'c', ?, ?, ?, ?, ?)",
            [
                (f"{name}{day}", f"2026-06-0{day} 10:{minute}:00", level, event, data, sync or f"s{day}", arrived)
                for name, minute, level, event, data in events
            ],
        )


def built(directory: Path, *options: str) -> list[tuple]:
    """Syncs, rows, errors, issues and table rows, after a build."""
    selected = (
        "--select",
        "+fct_fivetran_sync_performance_trends",
        "+int_fivetran_log__issues",
        "+fct_fivetran_table_syncs",
    )
    outcome = build_in(directory, *NO_TESTS, *selected, *options, fivetran_logs_as_of="2026-06-20T00:00:00")
    assert outcome.succeeded, outcome.problems
    intermediate = "fivetran_analytics_intermediate.int_fivetran_log__"
    return rows(
        directory,
        f"select count(*), sum(rows_synced), sum(errors), (select count(*) from {intermediate}issues), "
        f"(select sum(rows_synced) from {intermediate}table_syncs), (select sum(total_syncs) "
        f"from {intermediate}sync_days) "
        f"from {intermediate}syncs",
    )


@pytest.mark.long
def test_events_of_an_earlier_version_are_known_again(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        deliver(tmp_path, day, f"2026-06-0{day} 12:00:00")
    right = [(3, 69, 3, 3, 69, 3)]
    assert built(tmp_path) == right
    with duckdb.connect(str(tmp_path / DATABASE)) as database:
        database.execute(
            f"create temporary table named as select value_key, {SPELLING_KEY} as spelling_key from ("
            f"  select log.*, e.value_key from fivetran_log.log as log inner join {EVENTS} as e"
            "  on log.time_stamp = e.occurred_at and log.message_event = e.message_event"
            "  and (e.table_name is null or contains(log.message_data, '\"table\": \"' || e.table_name || '\"')"
            "       or not json_valid(log.message_data))"
            ") qualify row_number() over (partition by value_key order by spelling_key) = "
            "row_number() over (partition by spelling_key order by value_key)"
        )
        database.execute(
            f"update {EVENTS} as e set event_key = spelling_key from named where named.value_key = e.value_key"
        )
        for column in ("value_key", "synced_at", "previous_sync_id"):
            database.execute(f"alter table {EVENTS} drop column {column}")
        assert database.execute(f"select count(distinct event_key) from {EVENTS}").fetchone() == (24,)
        database.execute("delete from fivetran_log.log where time_stamp < '2026-06-02'")  # the source forgets
    keys = rows(tmp_path, f"select event_key from {EVENTS} order by 1")
    deliver(tmp_path, 2, "2026-06-10 12:00:00", spelled="otherwise")
    deliver(tmp_path, 3, "2026-06-10 12:00:00")
    assert built(tmp_path, "--full-refresh") == right
    assert rows(tmp_path, f"select event_key from {EVENTS} order by 1") == keys
    assert rows(tmp_path, f"select count(*) from {EVENTS} where value_key is null") == [(8,)]
    deliver(tmp_path, 1, "2026-06-11 12:00:00", spelled="otherwise")  # what the source had lost
    deliver(tmp_path, 3, "2026-06-11 12:00:00", sync="s2", spelled="otherwise")  # and a sync that is another's now
    assert built(tmp_path) == [(2, 69, 3, 3, 69, 2)]
    assert rows(tmp_path, f"select event_key from {EVENTS} order by 1") == keys
