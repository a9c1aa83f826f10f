"""`load`: what people export, in what shapes, and what must not get lost or in."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import DATABASE, rows, write_csv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.export.load import LoadSummary, load
from fivetran_logs.failures.errors import UserError

SOURCE_TABLES = read_source_tables()
LOG = ["id", "time_stamp", "connection_id", "event", "message_event", "message_data", "sync_id", "_fivetran_synced"]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    directory = tmp_path / "export"
    directory.mkdir()
    return directory


def load_into(tmp_path: Path, export: Path, *, append: bool = False) -> LoadSummary:
    return load(export, tmp_path / DATABASE, SOURCE_TABLES, append=append)


def event(number: int, data: str | None = "{}", synced: str = "2026-01-02 00:00:00") -> list:
    return [f"e{number}", f"2026-01-01 00:00:{number:02d}", "c1", "INFO", "sync_start", data, "s1", synced]


def types(tmp_path: Path, table: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in rows(tmp_path, f"describe fivetran_log.{table}")}


# -- the source_tables


def test_the_contract_has_the_35_tables() -> None:
    assert len(SOURCE_TABLES.tables) == 35
    assert SOURCE_TABLES.find("CONNECTOR").name == "connection"
    assert SOURCE_TABLES.find("log").column("connector_id").name == "connection_id"
    assert {table.name for table in SOURCE_TABLES if table.rows_repeat_keys} == {
        "connection",
        "log",
        "connector_sdk_log",
    }


# -- formats


def test_every_format_gives_the_same_rows(tmp_path: Path, export: Path) -> None:
    records = [event(1, '{"a": "x, \\"y\\""}'), event(2, None), event(3, "no JSON\nat all")]
    directories = {}
    for kind in ("csv", "parquet", "jsonl", "json", "gz"):
        directories[kind] = tmp_path / kind
        directories[kind].mkdir()
    write_csv(directories["csv"] / "LOG.CSV", LOG, records)
    objects = [dict(zip(LOG, record, strict=True)) for record in records]
    pq.write_table(pa.Table.from_pylist(objects), directories["parquet"] / "log.parquet")
    (directories["jsonl"] / "log.jsonl").write_text("\n".join(map(json.dumps, objects)))
    (directories["json"] / "Log.json").write_text(json.dumps(objects, indent=2))
    plain = (directories["csv"] / "LOG.CSV").read_bytes()
    (directories["gz"] / "log.csv.gz").write_bytes(gzip.compress(plain))
    answers = {}
    for kind, directory in directories.items():
        load(directory, tmp_path / DATABASE, SOURCE_TABLES)
        answers[kind] = rows(tmp_path, f"select {', '.join(LOG)} from fivetran_log.log order by id")
    assert len(answers["csv"]) == 3
    assert all(answer == answers["csv"] for answer in answers.values())
    assert answers["csv"][0][1] == datetime(2026, 1, 1, 0, 0, 1)


def test_a_subdirectory_holds_the_parts_of_a_table(tmp_path: Path, export: Path) -> None:
    write_csv(export / "log" / "part_0.csv", LOG, [event(1)])
    write_csv(export / "log" / "part_1.csv", [*LOG, "transformation_id"], [[*event(2), "t"]])
    summary = load_into(tmp_path, export)
    assert (summary.tables[0].rows, summary.tables[0].file) == (2, "log/ (2 files)")
    assert rows(tmp_path, "select transformation_id from fivetran_log.log order by id") == [(None,), ("t",)]


def test_names_with_wildcards_are_names(tmp_path: Path) -> None:
    directory = tmp_path / "export [1]* it's"
    write_csv(directory / "log.csv", LOG, [event(1)])
    assert load_into(tmp_path, directory).tables[0].rows == 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(tmp_path: Path, export: Path, delimiter: str) -> None:
    (export / "usage_cost.csv").write_text(f'measured_month{delimiter}amount\n2022-01{delimiter}"671.77"\n')
    load_into(tmp_path, export)
    assert rows(tmp_path, "select * from fivetran_log.usage_cost") == [("2022-01", Decimal("671.77"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\xef\xbb\xbfid,name\n1,a\n", [("1", "a")]),
        (b'id,name\r\n1,"a\r\nb"\r\n2,c', [("1", "a\r\nb"), ("2", "c")]),
        (b"id,name\r1,a\r2,b", [("1", "a"), ("2", "b")]),
        (b'id,name\n1,"say ""hi"", then, go"\n', [("1", 'say "hi", then, go')]),
        (b'id,name\n1,"{\\"a\\":1,\\"b\\":\\"x\\"}"\n', [("1", '{"a":1,"b":"x"}')]),
        (b'id,name\n1,6" pipe\n', [("1", '6" pipe')]),
        (b'id,name\n1,""\n2,\n3,\\N\n', [("1", ""), ("2", None), ("3", None)]),
        (b'"id" , "name"\n1,a\n', [("1", "a")]),
        (b"\n\nid,name\n1,a\n\n", [("1", "a")]),
        ("ID,NAME\n1,Zoë 🚀\n".encode(), [("1", "Zoë 🚀")]),
    ],
)
def test_csv_as_people_write_it(tmp_path: Path, export: Path, text: bytes, expected: list) -> None:
    (export / "account.csv").write_bytes(text)
    load_into(tmp_path, export)
    assert rows(tmp_path, "select id, name from fivetran_log.account order by id") == expected


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        'O\'Neil "The" ; drop table',
        "🚀" * 20,
        "x" * 500,
        "00123",
        "1e5",
        "true",
        "{}",
        "\\",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=1, max_size=5))
def test_any_text_survives(tmp_path: Path, names: list[str]) -> None:
    export = tmp_path / "names"
    objects = [{"id": str(number), "name": name} for number, name in enumerate(names)]
    expected = [(row["id"], row["name"]) for row in objects]
    write_csv(export / "account.csv", ["id", "name"], expected)
    (export / "destination.jsonl").write_text("\n".join(map(json.dumps, objects)))
    pq.write_table(pa.Table.from_pylist(objects), export / "team.parquet")
    load_into(tmp_path, export)
    for table in ("destination", "team"):
        assert rows(tmp_path, f"select id, name from fivetran_log.{table} order by id") == expected
    # a CSV that does not quote its empty texts cannot tell them from nulls
    csv_rows = rows(tmp_path, "select id, coalesce(name, '') from fivetran_log.account order by id")
    assert csv_rows == expected


# -- types


def test_types_come_from_the_contract(tmp_path: Path, export: Path) -> None:
    write_csv(
        export / "credits_used.csv", ["destination_id", "measured_month", "credits_consumed"], [["00123", "2022-01", 7]]
    )
    write_csv(
        export / "connection.csv", ["connection_id", "paused", "sync_frequency"], [["1e5", "true", 360], ["2", "", ""]]
    )
    load_into(tmp_path, export)
    assert rows(tmp_path, "select * from fivetran_log.credits_used") == [("00123", "2022-01", 7)]
    assert rows(tmp_path, "select * from fivetran_log.connection") == [("1e5", True, 360), ("2", None, None)]


def test_counts_beyond_32_bits(tmp_path: Path, export: Path) -> None:
    write_csv(export / "incremental_mar.csv", ["table_name", "incremental_rows"], [["a", 2**31], ["b", 2**53 + 1]])
    pq.write_table(pa.table({"job_id": ["j"], "model_runs": pa.array([3e9])}), export / "transformation_runs.parquet")
    load_into(tmp_path, export)
    assert rows(tmp_path, "select incremental_rows from fivetran_log.incremental_mar") == [(2**31,), (2**53 + 1,)]
    assert rows(tmp_path, "select model_runs from fivetran_log.transformation_runs") == [(3_000_000_000,)]
    assert types(tmp_path, "transformation_runs")["model_runs"] == "BIGINT"


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T12:30:00Z",
        "2026-01-01 14:30:00+02:00",
        "2026-01-01 14:30:00+0200",
        "2026-01-01 05:30:00.000 -0700",
        "2026-01-01 12:30:00 UTC",
        "2026-01-01 07:30:00 America/New_York",
        "2026-01-01 12:30:00",
        " 2026-01-01T12:30:00.000000000Z ",
    ],
)
def test_timestamps_become_utc(tmp_path: Path, export: Path, text: str) -> None:
    write_csv(export / "account.csv", ["id", "created_at"], [["1", text]])
    load_into(tmp_path, export)
    assert rows(tmp_path, "select created_at from fivetran_log.account") == [(datetime(2026, 1, 1, 12, 30),)]


def test_parquet_timestamps_with_a_zone_become_utc(tmp_path: Path, export: Path) -> None:
    at = pa.array([datetime(2026, 1, 1, 12)], pa.timestamp("us", tz="America/New_York"))
    day = pa.array([datetime(2026, 1, 1)], pa.date32())
    pq.write_table(pa.table({"id": ["1"], "created_at": at}), export / "account.parquet")
    pq.write_table(pa.table({"table_name": ["t"], "measured_date": day}), export / "incremental_mar.parquet")
    load_into(tmp_path, export)
    assert types(tmp_path, "account")["created_at"] == "TIMESTAMP"
    assert rows(tmp_path, "select created_at from fivetran_log.account") == [(datetime(2026, 1, 1, 12),)]
    assert rows(tmp_path, "select measured_date from fivetran_log.incremental_mar") == [("2026-01-01",)]


def test_a_value_that_does_not_fit_keeps_its_column_as_text(tmp_path: Path, export: Path) -> None:
    frequencies = [["a", "360", "true"], ["b", "every hour", "true"], ["c", "1.5", "maybe"]]
    write_csv(export / "connection.csv", ["connection_id", "sync_frequency", "paused"], frequencies)
    summary = load_into(tmp_path, export)
    assert summary.tables[0].kept_as_text == ("paused", "sync_frequency")
    loaded = rows(tmp_path, "select * from fivetran_log.connection")
    assert loaded == [tuple(row) for row in frequencies]


def test_damaged_json_is_text_like_any_other(tmp_path: Path, export: Path) -> None:
    damaged = ['{"status": "SUCC', '"{\\"a\\": 1}"', "plain", "{}}", ""]
    write_csv(export / "log.csv", LOG, [event(number, text) for number, text in enumerate(damaged)])
    load_into(tmp_path, export)
    loaded = rows(tmp_path, "select coalesce(message_data, '') from fivetran_log.log order by id")
    assert [row[0] for row in loaded] == damaged


def test_nested_values_become_json_text(tmp_path: Path, export: Path) -> None:
    (export / "log.jsonl").write_text('{"id": "a", "message_data": {"x": [1, "é"]}}\n{"id": 7, "ID": null}\n')
    pq.write_table(pa.table({"id": ["r"], "connector_types": pa.array([["s3", "gcs"]])}), export / "role.parquet")
    load_into(tmp_path, export)
    assert rows(tmp_path, "select id, message_data from fivetran_log.log order by id desc") == [
        ("a", '{"x":[1,"é"]}'),
        ("7", None),
    ]
    assert rows(tmp_path, "select connector_types from fivetran_log.role") == [('["s3","gcs"]',)]


def test_unknown_columns_come_along(tmp_path: Path, export: Path) -> None:
    write_csv(export / "account.csv", ["id", 'my "own" column', ""], [["1", "007", "x"]])
    load_into(tmp_path, export)
    assert rows(tmp_path, 'select "my ""own"" column" from fivetran_log.account') == [("007",)]


@pytest.mark.parametrize(
    ("name", "content"), [("log.csv", ",".join(LOG)), ("log.csv", ""), ("log.jsonl", ""), ("log.json", "[]")]
)
def test_a_log_of_no_rows(tmp_path: Path, export: Path, name: str, content: str) -> None:
    (export / name).write_text(content)
    summary = load_into(tmp_path, export)
    assert (summary.tables[0].rows, summary.newest_log_at) == (0, None)
    assert types(tmp_path, "log")["time_stamp"] == "TIMESTAMP"


# -- what is found


def test_unknown_files_are_named_and_truth_is_passed_over(tmp_path: Path, export: Path) -> None:
    write_csv(export / "account.csv", ["id"], [["1"]])
    for name in ("truth.json", ".DS_Store", "README.md", "orders.csv", "log.xlsx"):
        (export / name).write_text("{}")
    (export / "more").mkdir()
    assert load_into(tmp_path, export).unknown_files == ["README.md", "log.xlsx", "more/", "orders.csv"]


def damage(export: Path, name: str, content: bytes) -> None:
    (export / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("log.parquet", b"hello", "not a readable Parquet file"),
        ("log.parquet", b"PAR1" + b"x" * 40 + b"PAR1", "not a readable Parquet file"),
        ("log.csv", b'id,event\n1,"open\n2,b\n', "line 2: Value with unterminated quote found"),
        ("log.csv", b"id,event\n1,a\n2\n", "line 3: Expected Number of Columns: 2 Found: 1"),
        ("log.csv", b"id,event\n1,caf\xe9\n", "not utf-8"),
        ("log.csv", "id,event\n1,a\n".encode("utf-16"), "UTF-16"),
        ("log.csv", b"when,who\n1,a\n", "no column of the table log"),
        ("log.csv.gz", b"no gzip", "cannot be read"),
        ("log.jsonl", b'{"id": 1}\n{"id": \n', "not readable JSON"),
        ("log.jsonl", b"1\n2\n", "not an object"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_changes(
    tmp_path: Path, export: Path, name: str, content: bytes, cause: str
) -> None:
    write_csv(export / "account.csv", ["id"], [["before"]])
    load_into(tmp_path, export)
    write_csv(export / "account.csv", ["id"], [["after"]])
    (export / name).write_bytes(content)
    with pytest.raises(UserError) as failure:
        load_into(tmp_path, export)
    message = str(failure.value)
    assert name in message
    assert cause in message
    assert "\n" not in message
    assert "Possible" not in message
    assert len(message) < 300
    assert rows(tmp_path, "select id from fivetran_log.account") == [("before",)]
    assert rows(tmp_path, "select count(*) from fivetran_logs_meta.loads") == [(1,)]


def test_wrong_directories(tmp_path: Path, export: Path) -> None:
    with pytest.raises(UserError, match="does not exist") as failure:
        load_into(tmp_path, tmp_path / "nowhere")
    assert failure.value.exit_code == 2
    with pytest.raises(UserError, match="holds no table"):
        load_into(tmp_path, export)
    write_csv(export / "deeper" / "log.csv", LOG, [])
    with pytest.raises(UserError, match=r"Did you mean .*deeper"):
        load_into(tmp_path, export)
    write_csv(export / "log.csv", LOG, [])
    (export / "log.parquet").write_bytes(b"")
    with pytest.raises(UserError, match=r"log\.csv and log.parquet .* keep one"):
        load_into(tmp_path, export)
    assert not (tmp_path / DATABASE).exists()


def test_a_file_that_is_no_duckdb_file(tmp_path: Path, export: Path) -> None:
    write_csv(export / "account.csv", ["id"], [["1"]])
    (tmp_path / DATABASE).write_text("hello " * 1000)
    with pytest.raises(UserError, match="is not a DuckDB file"):
        load_into(tmp_path, export)


# -- replacing and appending


def test_replacing_leaves_other_tables_and_notes_the_load(tmp_path: Path, export: Path) -> None:
    write_csv(export / "account.csv", ["id"], [["1"], ["2"]])
    write_csv(export / "log.csv", LOG, [event(1), event(9)])
    assert load_into(tmp_path, export).newest_log_at == datetime(2026, 1, 1, 0, 0, 9)
    (export / "log.csv").unlink()
    write_csv(export / "account.csv", ["id", "name"], [["3", "x"]])
    summary = load_into(tmp_path, export)
    assert summary.untouched_tables == ["log"]
    assert rows(tmp_path, "select * from fivetran_log.account") == [("3", "x")]
    noted = rows(
        tmp_path, "select directory, tables, rows, newest_log_at from fivetran_logs_meta.loads order by loaded_at"
    )
    assert noted[1] == (str(export), ["account"], 1, datetime(2026, 1, 1, 0, 0, 9))


def test_an_older_name_replaces_the_table_it_is(tmp_path: Path, export: Path) -> None:
    write_csv(export / "connection.csv", ["connection_id"], [["new"]])
    load_into(tmp_path, export)
    (export / "connection.csv").unlink()
    write_csv(export / "connector.csv", ["connector_id", "connector_name"], [["old", "x"]])
    assert load_into(tmp_path, export).untouched_tables == []
    assert rows(tmp_path, "select table_name from information_schema.tables where table_schema = 'fivetran_log'") == [
        ("connector",)
    ]


def test_another_account_in_the_same_file_is_noticed(tmp_path: Path, export: Path) -> None:
    for destinations, other in ((["a", "b"], False), (["b", "c"], False), (["x"], True)):
        write_csv(export / "destination.csv", ["id"], [[name] for name in destinations])
        assert load_into(tmp_path, export).is_other_account is other


def test_future_stamps_do_not_set_the_newest_time(tmp_path: Path, export: Path) -> None:
    wild = event(2)
    wild[1] = "9999-12-31 00:00:00"
    write_csv(export / "log.csv", LOG, [event(1), wild])
    assert load_into(tmp_path, export).newest_log_at == datetime(2026, 1, 1, 0, 0, 1)


def test_a_clock_ahead_of_the_arrivals_does_not_set_the_newest_time(tmp_path: Path, export: Path) -> None:
    """Of an export from months ago, when no stamp lies in the future any more."""
    columns = [*LOG, "_fivetran_synced"]
    wild = [*event(2), "2026-01-01 06:00:00"]
    wild[1] = "2026-03-01 00:00:00"
    write_csv(export / "log.csv", columns, [[*event(1), "2026-01-01 06:00:00"], wild])
    assert load_into(tmp_path, export).newest_log_at == datetime(2026, 1, 1, 0, 0, 1)


def test_the_newest_time_is_found_under_its_older_name(tmp_path: Path, export: Path) -> None:
    columns = ["time" if column == "time_stamp" else column for column in LOG]
    write_csv(export / "log.csv", columns, [event(1), event(2)])
    assert load_into(tmp_path, export).newest_log_at == datetime(2026, 1, 1, 0, 0, 2)
    write_csv(export / "log.csv", ["id"], [["1"]])
    assert load_into(tmp_path, export).newest_log_at is None


def test_append_adds_log_rows_once(tmp_path: Path, export: Path) -> None:
    write_csv(export / "log.csv", LOG, [event(1), event(2), event(2)])
    load_into(tmp_path, export)
    later = "2026-02-01 00:00:00"
    same_id_other_message = event(1, '{"b": 1}')
    arrivals = [event(1, synced=later), event(2, None), event(3), event(3, synced=later), same_id_other_message]
    write_csv(export / "log.csv", LOG, arrivals)
    summary = load_into(tmp_path, export, append=True)
    assert summary.tables[0].rows_new == 3
    before = rows(tmp_path, "from fivetran_log.log order by all")
    assert len(before) == 6
    again = load_into(tmp_path, export, append=True)
    assert (again.tables[0].rows_new, again.tables[0].rows_changed) == (0, 0)
    assert rows(tmp_path, "from fivetran_log.log order by all") == before


SPELLINGS = [
    '{"table":"a/b \u00e9","count":100,"seconds":1.5,"more":{"x":1,"y":[1,2]}}',
    ' { "more": {"y": [1, 2], "x": 1.0}, "seconds": 1.50, "count": 1e2, "table": "a\\/b \\u00e9" }',
    json.dumps('{"count": 100, "table": "a/b \u00e9", "more": {"x": 1, "y": [1, 2]}, "seconds": 1.5}'),
]
OTHERS = [
    '{"table":"a/b \u00e9","count":10,"seconds":1.5,"more":{"x":1,"y":[1,2]}}',
    '{"table":"a/b \u00e9","count":100,"seconds":1.5,"more":{"x":1,"y":[2,1]}}',
    '{"table":"a/b \u00e9","count":100,"seconds":1.5,"more":{"x":"1","y":[1,2]}}',
    '{"table":"a/b \u00e9","count":100,"seconds":1.5,"x":1,"more":{"y":[1,2]}}',
    '{"table":"a/b \u00e9","cou',
]


@pytest.mark.parametrize("first", SPELLINGS)
def test_append_knows_an_event_however_it_is_written(tmp_path: Path, export: Path, first: str) -> None:
    write_csv(export / "log.csv", LOG, [event(1, first)])
    load_into(tmp_path, export)
    write_csv(export / "log.csv", LOG, [event(1, data, synced="2026-02-01") for data in [*SPELLINGS, *OTHERS, *OTHERS]])
    assert load_into(tmp_path, export, append=True).tables[0].rows_new == len(OTHERS)
    assert load_into(tmp_path, export, append=True).tables[0].rows_new == 0


def test_append_keeps_an_event_that_comes_again_with_another_sync_id(tmp_path: Path, export: Path) -> None:
    write_csv(export / "log.csv", LOG, [event(1)])
    load_into(tmp_path, export)
    moved = event(1, synced="2026-02-01")
    moved[LOG.index("sync_id")] = "another"
    write_csv(export / "log.csv", LOG, [moved, event(1, synced="2026-02-01")])
    assert load_into(tmp_path, export, append=True).tables[0].rows_new == 1
    assert load_into(tmp_path, export, append=True).tables[0].rows_new == 0


def test_append_replaces_usage_that_was_restated(tmp_path: Path, export: Path) -> None:
    """A later delivery of a table's day replaces the earlier, whatever its free types; one delivery stays together."""
    columns = ["table_name", "free_type", "incremental_rows", "_fivetran_synced"]
    rest = ["measured_date", "schema_name", "sync_type", "connection_name", "destination_id"]

    def deliver(*values: tuple[str, str, int, str], append: bool = True) -> list[tuple]:
        write_csv(
            export / "incremental_mar.csv",
            [*columns, *rest],
            [[*row, "2026-06-02", "s", "U", "c", "d"] for row in values],
        )
        load_into(tmp_path, export, append=append)
        return rows(
            tmp_path, "select table_name, free_type, incremental_rows from fivetran_log.incremental_mar order by all"
        )

    first = ("orders", "PAID", 1000, "2026-06-03 06:00:01.100"), ("users", "PAID", 300, "2026-06-03 06:00:01")
    deliver(*first, append=False)
    rest_of_it = ("orders", "FREE_RESYNC", 50, "2026-06-03 06:00:01.160")
    assert len(deliver(rest_of_it)) == 3
    restated = [("orders", "FREE_RESYNC", 1050), ("users", "FREE_RESYNC", 120), ("users", "PAID", 180)]
    later = [(*row, "2026-06-06 06:00:01") for row in restated]
    assert deliver(*later) == restated
    assert deliver(*first) == restated  # an older export, later


def test_append_replaces_rows_of_the_same_key_unless_they_are_older(tmp_path: Path, export: Path) -> None:
    columns = ["id", "name", "_fivetran_synced"]
    write_csv(
        export / "account.csv", columns, [["1", "a", "2026-01-02"], ["2", "b", "2026-01-02"], ["3", "c", "2026-01-02"]]
    )
    load_into(tmp_path, export)
    update = [
        ["1", "new", "2026-01-03"],
        ["2", "stale", "2026-01-01"],
        ["3", "c", "2026-01-03"],
        ["4", "d", "2026-01-03"],
    ]
    write_csv(export / "account.csv", columns, update)
    summary = load_into(tmp_path, export, append=True)
    assert (summary.tables[0].rows_new, summary.tables[0].rows_changed) == (1, 1)
    assert [row[1] for row in rows(tmp_path, "from fivetran_log.account order by id")] == ["new", "b", "c", "d"]
    assert load_into(tmp_path, export, append=True).tables[0].rows_changed == 0


def test_append_keeps_connections_of_one_id_apart(tmp_path: Path, export: Path) -> None:
    columns = ["connection_id", "connection_name", "_fivetran_synced"]
    write_csv(export / "connection.csv", columns, [["c", "old name", "2026-01-01"], ["c", "name", "2026-01-01"]])
    load_into(tmp_path, export)
    write_csv(export / "connection.csv", columns, [["c", "name", "2026-02-01"], ["c", "newest", "2026-02-01"]])
    load_into(tmp_path, export, append=True)
    names = rows(tmp_path, "select connection_name from fivetran_log.connection order by 1")
    assert names == [("name",), ("newest",), ("old name",)]


def test_append_across_generations_of_names_and_types(tmp_path: Path, export: Path) -> None:
    old = ["connector_id" if column == "connection_id" else column for column in LOG if column != "sync_id"]
    write_csv(export / "log.csv", old, [[*event(1)[:6], event(1)[7]]])
    write_csv(export / "connector.csv", ["connector_id", "paused"], [["c", "true"]])
    load_into(tmp_path, export)
    (export / "connector.csv").unlink()
    write_csv(export / "log.csv", LOG, [event(1), event(2)])
    write_csv(export / "connection.csv", ["connection_id", "paused"], [["d", "perhaps"]])
    load_into(tmp_path, export, append=True)
    assert rows(tmp_path, "select id, connector_id, sync_id from fivetran_log.log order by id") == [
        ("e1", "c1", None),
        ("e2", "c1", "s1"),
    ]
    assert rows(tmp_path, "from fivetran_log.connector order by all") == [("c", "true"), ("d", "perhaps")]


def test_append_into_nothing_is_a_load(tmp_path: Path, export: Path) -> None:
    write_csv(export / "log.csv", LOG, [event(1)])
    assert load_into(tmp_path, export, append=True).tables[0].rows_new == 1


def test_an_interruption_changes_nothing(tmp_path: Path, export: Path) -> None:
    write_csv(export / "account.csv", ["id"], [["before"]])
    load_into(tmp_path, export)
    write_csv(export / "account.csv", ["id"], [["after"]])
    write_csv(export / "log.csv", LOG, [event(1)])

    def stop(what: str, _share: float) -> None:
        if what == "writing log":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(export, tmp_path / DATABASE, SOURCE_TABLES, progress=stop)
    assert rows(tmp_path, "select id from fivetran_log.account") == [("before",)]
    load_into(tmp_path, export)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        assert connection.execute("select id from fivetran_log.account").fetchall() == [("after",)]


# -- times


@pytest.mark.parametrize("number", [1767270600, 1767270600000, 1767270600000.0, 1767270600000000])
def test_numbers_that_count_from_1970_become_times(tmp_path: Path, export: Path, number: float) -> None:
    write_csv(export / "account.csv", ["id", "created_at"], [["1", number], ["2", ""]])
    pq.write_table(pa.table({"id": ["1"], "created_at": [number]}), export / "user.parquet")
    (export / "destination.jsonl").write_text(json.dumps({"id": "1", "created_at": number}))
    summary = load_into(tmp_path, export)
    assert [table.kept_as_text for table in summary.tables] == [(), (), ()]
    for table in ("account", "user", "destination"):
        assert types(tmp_path, table)["created_at"] == "TIMESTAMP"
        assert rows(tmp_path, f"select created_at from fivetran_log.{table} where id = '1'") == [
            (datetime(2026, 1, 1, 12, 30),)
        ]


def test_one_odd_time_keeps_its_column_as_text_and_costs_no_other(tmp_path: Path, export: Path) -> None:
    times = ["2026-01-01 12:30:00.000 -0700", "1767295800000", "n/a", "12345-01-01 00:00:00"]
    write_csv(export / "log.csv", ["id", "time_stamp"], [[str(number), time] for number, time in enumerate(times)])
    summary = load_into(tmp_path, export)
    assert summary.tables[0].kept_as_text == ("time_stamp",)
    assert summary.newest_log_at == datetime(2026, 1, 1, 19, 30)
    assert [row[0] for row in rows(tmp_path, "select time_stamp from fivetran_log.log order by id")] == times


def test_years_that_no_client_shows_are_kept_as_text(tmp_path: Path, export: Path) -> None:
    """As times they would stop every later command that reads them."""
    beyond = 253_402_300_800_000_000  # 10000-01-01, in microseconds
    for name, kind in (("log", pa.timestamp("us")), ("connector_sdk_log", pa.timestamp("us", tz="UTC"))):
        column = "time_stamp" if name == "log" else "event_time"
        times = pa.array([1767270600000000, beyond], pa.int64()).cast(kind)
        pq.write_table(pa.table({"id": ["1", "2"], column: times}), export / f"{name}.parquet")
    summary = load_into(tmp_path, export)
    assert {table.name: table.kept_as_text for table in summary.tables} == {
        "log": ("time_stamp",),
        "connector_sdk_log": ("event_time",),
    }
    assert summary.newest_log_at == datetime(2026, 1, 1, 12, 30)
    load_into(tmp_path, export, append=True)
    assert rows(tmp_path, "select count(*) from fivetran_log.log") == [(2,)]
