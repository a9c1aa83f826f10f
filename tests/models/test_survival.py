"""Accounts that lack something: a table, a column, all rows, readable JSON. The build passes and the marts stand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import helpers
import pytest

from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.report.data import records

TYPES = {"text": "varchar", "json": "json", "numeric": "decimal(18,2)"}
MARTS = 13


def declared() -> dict[str, dict[str, str]]:
    """Columns and types of every source table, from the sources YAML."""
    return {
        table.name: {column.name: column.data_type for column in table.columns} for table in read_source_tables().tables
    }


def keys() -> dict[str, set[str]]:
    return {table.name: set(table.key) for table in read_source_tables().tables}


def create(database: duckdb.DuckDBPyConnection, schema: str, table: str, columns: dict[str, str]) -> None:
    database.execute(f'create schema if not exists "{schema}"')
    listed = ", ".join(f'"{name}" {TYPES.get(data_type, data_type)}' for name, data_type in columns.items())
    database.execute(f'create table "{schema}"."{table}" ({listed})')


def stage(directory: Path, cases: list[tuple[str, str]]) -> dict[tuple[str, str], dict]:
    """What staging makes of each (schema, table) of the DuckDB file in a directory."""
    arguments = json.dumps({"cases": cases})
    options = ["--quiet", "--log-level-file", "none"]
    ran = helpers.run_dbt(*options, "run-operation", "staged_columns", "--args", arguments, cwd=directory)
    assert ran.code == 0, ran.err + ran.out[-3000:]
    answers = [json.loads(line) for line in ran.out.splitlines() if line.startswith("{")]
    return {(answer["schema"], answer["table"]): answer for answer in answers}


def test_a_database_file_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that needs quotes wherever the SQL names it."""
    file = "my account-2.duckdb"
    monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB", file)
    with duckdb.connect(str(tmp_path / file)) as database:
        create(database, "fivetran_log", "destination", declared()["destination"])
    assert stage(tmp_path, [("fivetran_log", "destination")])[("fivetran_log", "destination")]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict]:
    """Every table missing, and every optional column of every table missing in turn, staged in one run."""
    directory = tmp_path_factory.mktemp("staging")
    cases: list[tuple[str, str]] = []
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        for table, columns in declared().items():
            create(database, f"whole_{table}", table, columns)
            cases += [(f"whole_{table}", table), (f"missing_{table}", table)]
            for column in columns:
                if column not in keys()[table]:
                    schema = f"{table}_less_{column}"
                    create(database, schema, table, {name: kind for name, kind in columns.items() if name != column})
                    cases.append((schema, table))
    answers = stage(directory, cases)
    assert len(answers) == len(cases)
    return answers


def test_staging_is_complete_whatever_is_missing(staged) -> None:
    wholes = {table: answer["columns"] for (schema, table), answer in staged.items() if schema.startswith("whole_")}
    assert wholes.keys() == declared().keys()
    for table, columns in wholes.items():
        assert [name for name, _ in columns] == [*declared()[table], "platform_schema"]
    lacking = {case: answer for case, answer in staged.items() if not case[0].startswith("whole_")}
    assert len(lacking) > 200
    for case, answer in lacking.items():
        assert answer["columns"] == wholes[case[1]], case
        assert answer["rows"] == 0


def test_older_names_are_picked_up(tmp_path: Path) -> None:
    cases = []
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        for table in read_source_tables().tables:
            renamed = {column.name: column.legacy_names[0] for column in table.columns if column.legacy_names}
            if not renamed and not table.legacy_names:
                continue
            name = table.legacy_names[0] if table.legacy_names else table.name
            columns = {renamed.get(column, column): kind for column, kind in declared()[table.name].items()}
            create(database, f"old_{table.name}", name, columns)
            values = ", ".join("'2026-01-01'" if kind == "timestamp" else "null" for kind in columns.values())
            database.execute(f'insert into "old_{table.name}"."{name}" values ({values})')
            for old in renamed.values():
                if columns[old] == "text":
                    database.execute(f'update "old_{table.name}"."{name}" set "{old}" = \'kept\'')
            cases.append((f"old_{table.name}", table.name))
    answers = stage(tmp_path, cases)
    assert len(answers) >= 7
    assert all(answer["rows"] == 1 for answer in answers.values())


def test_upper_case_and_text_columns_are_read(tmp_path: Path) -> None:
    """A schema as some tools write it: names in capitals, everything as text."""
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute('create schema "LOUD"')
        database.execute('create table "LOUD"."LOG" ("ID" varchar, "TIME_STAMP" varchar, "_FIVETRAN_SYNCED" varchar)')
        database.execute("""insert into "LOUD"."LOG" values ('a', '2026-01-01T12:00:00+02:00', 'soon')""")
    answer = stage(tmp_path, [("LOUD", "log")])["LOUD", "log"]
    assert answer["rows"] == 1
    assert dict(answer["columns"])["time_stamp"].upper() == "TIMESTAMP"


NOW = datetime(2026, 6, 18, 14)


def log_rows(number: int, message_data: str) -> list[tuple]:
    return [
        (
            f"id {i}",
            NOW - timedelta(hours=i),
            "conn",
            "INFO",
            ["sync_start", "sync_end"][i % 2],
            message_data,
            f"s{i // 2}",
            NOW,
        )
        for i in range(number)
    ]


def no_rows(database: duckdb.DuckDBPyConnection) -> None:
    for table, columns in declared().items():
        create(database, "fivetran_log", table, columns)


def only_connections(database: duckdb.DuckDBPyConnection) -> None:
    create(database, "fivetran_log", "connection", declared()["connection"])


def only_a_damaged_log(database: duckdb.DuckDBPyConnection) -> None:
    create(database, "fivetran_log", "log", declared()["log"])
    for text in (
        '{"status":"SUCC',
        "{{{{",
        "not json",
        '"\\"',
        "[1,",
        "\u0000".replace("\u0000", "\\u0000"),
        "🤷 <script>",
    ):
        database.executemany("insert into fivetran_log.log values (?, ?, ?, ?, ?, ?, ?, ?)", log_rows(6, text))


def no_stamps_and_no_usage(database: duckdb.DuckDBPyConnection) -> None:
    """A log with neither sync_id nor _fivetran_synced: de-selected by someone. All other tables are there.

    Bills of two destinations and of no destination at all, a month that costs nothing, and one after as-of.
    """
    less = {
        "log": {k: v for k, v in declared()["log"].items() if k not in ("sync_id", "_fivetran_synced")},
        "connection": {"connection_id": "text", "connection_name": "text"},
    }
    for table, columns in (declared() | less).items():
        create(database, "fivetran_log", table, columns)
    rows = [row[:6] for row in log_rows(20, '{"status":"SUCCESSFUL"}')]
    database.executemany("insert into fivetran_log.log values (?, ?, ?, ?, ?, ?)", rows)
    database.execute("insert into fivetran_log.connection values ('conn', 'a \"name\" '' <script>')")
    database.execute("insert into fivetran_log.destination (id, name) values ('a', 'first'), ('b', 'second')")
    database.executemany(
        "insert into fivetran_log.usage_cost (measured_month, destination_id, amount) values (?, ?, ?)",
        [
            *(("2026-06", "a", 10), ("2026-06", "b", 20), ("2026-06", None, 5)),
            *(("2026-05", "a", 8), ("2026-05", "b", 0), ("2026-07", "a", 1)),
        ],
    )


def rows_of_marts(directory: Path) -> dict[str, int]:
    """The rows of each mart; that there are all of them, and as many days as always."""
    found = "select table_name from information_schema.tables where table_schema = 'fivetran_analytics'"
    marts = [name for (name,) in helpers.rows(directory, found)]
    assert len(marts) >= MARTS
    counts = {mart: helpers.rows(directory, f"select count(*) from fivetran_analytics.{mart}")[0][0] for mart in marts}
    assert counts.pop("fct_fivetran_executive_dashboard") == 90
    return counts


def test_the_whole_project_stands_on_an_empty_log(empty_account: helpers.BuiltAccount) -> None:
    assert empty_account.outcome.succeeded, empty_account.outcome.problems
    counts = rows_of_marts(empty_account.directory)
    assert counts.pop("fct_fivetran_compliance_checks") > 0  # each is listed, as not assessable
    assert {mart: rows for mart, rows in counts.items() if rows} == {}


@pytest.mark.parametrize(
    "account",
    [
        pytest.param(only_connections, marks=pytest.mark.long),
        pytest.param(no_rows, marks=pytest.mark.long),
        only_a_damaged_log,
    ],
)
def test_the_whole_project_stands(account, tmp_path: Path) -> None:
    counts = whole(tmp_path, account)
    if account is only_a_damaged_log:
        assert counts["fct_fivetran_sync_performance"] == 3
    else:
        assert {mart for mart, rows in counts.items() if rows} == {"fct_fivetran_compliance_checks"}


def whole(directory: Path, account: Callable[[duckdb.DuckDBPyConnection], None]) -> dict[str, int]:
    """Builds and tests everything over an account; the rows of each mart."""
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        account(database)
    outcome = helpers.build_in(directory, fivetran_logs_as_of=NOW.isoformat())
    assert outcome.succeeded, outcome.problems
    return rows_of_marts(directory)


@pytest.fixture(scope="module")
def unstamped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unstamped")
    whole(directory, no_stamps_and_no_usage)
    return directory


def test_the_whole_project_stands_on_a_log_without_stamps(unstamped: Path) -> None:
    statuses = "select sync_status, count(*) from fivetran_analytics.fct_fivetran_sync_performance group by all"
    assert dict(helpers.rows(unstamped, statuses)) == {"successful": 9, "running": 1}
    assert rows_of_marts(unstamped)["fct_fivetran_connector_health"] == 1


def test_bills_without_usage_are_told_apart(unstamped: Path) -> None:
    as_of = ("--as-of", NOW.isoformat())
    asked = helpers.run_cli("query", "check_mar", "--format", "json", *as_of, cwd=unstamped)
    assert asked.code == 0, asked.err
    checks = [(row["status"], row["explanation"]) for row in json.loads(asked.out)]
    assert [status for status, _ in checks] == ["empty", "empty", "empty", "ok"]
    assert "There is no usage" in checks[0][1]

    reported = helpers.run_cli("report", "--json", "report.json", "--no-progress", *as_of, cwd=unstamped)
    assert reported.code == 0, reported.err
    data = json.loads((unstamped / "report.json").read_text(encoding="utf-8"))
    months = [
        (row["month_date"], row["destination_name"], row["cost_usd"]) for row in records(data, "connection_months")
    ]
    june = [("2026-06-01", "first", 10), ("2026-06-01", "second", 20), ("2026-06-01", None, 5)]
    assert set(months) == {("2026-05-01", "first", 8), *june}
    assert len(months) == 4
    assert records(data, "table_usage") == []
    assert {row["connector_name"] for row in records(data, "usage_by_connector")} == {"bill without usage"}


@pytest.mark.long
def test_what_always_holds_holds_for_an_as_of_in_the_past(built_account: helpers.BuiltAccount, tmp_path: Path) -> None:
    """On a warehouse with later data: connections paused or deleted since then must not change the past."""
    shutil.copy(built_account.database, tmp_path / helpers.DATABASE)
    as_of = datetime.fromisoformat(built_account.truth["as_of"][:19]) - timedelta(days=59, hours=2)
    outcome = helpers.build_in(tmp_path, fivetran_logs_as_of=as_of.isoformat())
    assert not outcome.problems
