"""Several Platform schemas of one warehouse are one source, each row counted once. Also: descriptions as comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from helpers import DATABASE, NO_TESTS, ROOT, BuiltAccount, build_in, manifest_of, opened, rows

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt.open import DEMO_SEEDS

ONE, TWO = "platform_one", "platform_two"
MARTS = sorted(path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql"))

# the schema of each destination's rows; rows without a destination go to both, so they arrive twice
SPLIT = {
    "connection": "destination_id",
    "incremental_mar": "destination_id",
    "usage_cost": "destination_id",
    "transformation_runs": "destination_id",
    "log": "connection_id",
}
ONLY_IN = {"audit_trail": ONE, "connector_sdk_log": TWO}  # the other schema has no such table
OLDER = {"connection_id": "connector_id", "connection_name": "connector_name", "connector_type_id": "connector_type"}


def divide(database: duckdb.DuckDBPyConnection, account: Path) -> None:
    """The account as two Platform connections deliver it, the second with the older names."""
    database.execute(f"create schema {ONE}; create schema {TWO}")
    connections = f"read_parquet('{account / 'connection.parquet'}')"
    database.execute(f"create table first_half as select min(destination_id) as destination_id from {connections}")
    database.execute(
        f"create table first_connections as select connection_id from {connections} "
        "where destination_id in (from first_half)"
    )
    for path in sorted(account.glob("*.parquet")):
        table, read = path.stem, f"read_parquet('{path}')"
        first = {
            "destination_id": "destination_id in (from first_half)",
            "connection_id": "connection_id in (from first_connections)",
        }.get(SPLIT.get(table, ""), "true")
        second = f"not coalesce({first}, false)" if table in SPLIT else "true"
        if table == "log":
            # a tenth of the first half's events arrives by the second connection too; both know until the same moment
            newest = f"_fivetran_synced = (select max(_fivetran_synced) from {read})"
            first, second = f"({first} or {newest})", f"({second} or hash(id) % 10 = 0 or {newest})"
        for schema, condition in ((ONE, first), (TWO, second)):
            if ONLY_IN.get(table, schema) == schema:
                name = "connector" if (table, schema) == ("connection", TWO) else table
                database.execute(f'create table {schema}."{name}" as select * from {read} where {condition}')
    for table in ("connector", "log", "incremental_mar"):
        columns = [row[0] for row in database.execute(f"select column_name from (describe {TWO}.{table})").fetchall()]
        for column in set(OLDER) & set(columns):
            database.execute(f"alter table {TWO}.{table} rename column {column} to {OLDER[column]}")
    # a moved connection: its id is in the second schema too, under its old destination
    database.execute(
        f"insert into {TWO}.connector by name select connection_id as connector_id, connection_name as connector_name, "
        "connector_type_id as connector_type, 'left_behind' as destination_id, true as _fivetran_deleted, "
        f"signed_up - interval 1 year as signed_up from {ONE}.connection order by connection_id limit 1"
    )


@pytest.fixture(scope="module")
def united(built_account: BuiltAccount, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory where the divided account is built from both schemas, with comments."""
    directory = tmp_path_factory.mktemp("schemas")
    with duckdb.connect(str(directory / DATABASE)) as database:
        divide(database, built_account.account)
    load_settings(built_account.account, directory / DATABASE)
    as_of = str(built_account.rows("select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])
    outcome = build_in(
        directory,
        *NO_TESTS,
        fivetran_logs_as_of=as_of,
        fivetran_platform_schemas=[ONE, TWO],
        fivetran_logs_seed_tables=DEMO_SEEDS,
        fivetran_logs_persist_docs=True,
    )
    assert outcome.succeeded, outcome.problems
    return directory


def test_the_schemas_differ_as_they_should(united: Path) -> None:
    tables = rows(united, "select schema_name, table_name from duckdb_tables() where schema_name like 'platform_%'")
    one, two = ({table for schema, table in tables if schema == name} for name in (ONE, TWO))
    assert {"connection", "audit_trail"} <= one - two
    assert {"connector", "connector_sdk_log"} <= two - one
    twice = rows(united, f"select count(*) from {ONE}.log where id in (select id from {TWO}.log)")
    assert twice[0][0] > 100
    repeated = rows(
        united,
        f"select count(*) from {ONE}.connection where connection_id in (select connector_id from {TWO}.connector)",
    )
    assert repeated[0][0] >= 1


@pytest.mark.parametrize("mart", [mart for mart in MARTS if mart != "fct_fivetran_platform_freshness"])
def test_every_mart_is_that_of_one_schema(united: Path, built_account: BuiltAccount, mart: str) -> None:
    query = f"select * from fivetran_analytics.{mart}"
    if mart.startswith("fct_fivetran_compliance_"):  # these two look at each log by itself
        query += " where check_code not in ('evidence_kept', 'monitoring_alive')"
    expected, found = built_account.rows(query), rows(united, query)
    assert sorted(map(rounded, found)) == sorted(map(rounded, expected))


def rounded(row: tuple[Any, ...]) -> str:
    """A row to compare: sums of fractions depend in their last digits on the order of the rows."""
    return repr(tuple(float(f"{value:.9g}") if isinstance(value, float) else value for value in row))


@pytest.mark.parametrize("given", [[ONE, TWO], f"{ONE}, {TWO}"])
def test_the_list_of_fivetrans_own_package_is_read_too(united: Path, given: list[str] | str) -> None:
    def users(**variables: Any) -> int:
        assert build_in(united, "--select", "stg_fivetran_log__user", *NO_TESTS, **variables).succeeded
        return rows(united, "select count(*) from fivetran_analytics_staging.stg_fivetran_log__user")[0][0]

    assert users(fivetran_platform_union_schemas=given) == users(fivetran_platform_schemas=[ONE, TWO]) > 0


def test_one_wrong_schema_of_several_is_refused(united: Path) -> None:
    """Half an account is no account."""
    outcome = build_in(united, "--select", "stg_fivetran_log__user", fivetran_platform_schemas=[ONE, "nowhere"])
    assert [f"Schemas that look like one: {ONE}, {TWO}." in problem.text for problem in outcome.problems] == [True]


def test_several_databases_are_refused_in_a_sentence(united: Path) -> None:
    outcome = build_in(united, "--select", "stg_fivetran_log__user", fivetran_platform_union_databases=["a", "b"])
    assert not outcome.succeeded
    assert all("several databases are not" in problem.text for problem in outcome.problems)
    assert outcome.problems


def test_descriptions_are_comments(united: Path) -> None:
    parsed = manifest_of(
        united,
        fivetran_platform_schemas=[ONE, TWO],
        fivetran_logs_seed_tables=DEMO_SEEDS,
        fivetran_logs_persist_docs=True,
    )
    node = parsed.nodes["model.fivetran_logs.fct_fivetran_connector_health"]
    comments = dict(
        rows(
            united,
            "select column_name, comment from duckdb_columns() "
            "where schema_name = 'fivetran_analytics' and table_name = 'fct_fivetran_connector_health'",
        )
    )
    assert comments == {name: column.description for name, column in node.columns.items()}
    with opened(united) as database:
        relations = database.execute(
            "select comment from duckdb_tables() where table_name = 'fct_fivetran_connector_health' union all "
            "select comment from duckdb_views() where view_name = 'fct_fivetran_connector_health'"
        ).fetchall()
    assert relations == [(node.description,)]


def test_duckdb_has_no_comments_unless_asked(built_account: BuiltAccount) -> None:
    assert built_account.rows("select count(comment) from duckdb_columns() where not internal") == [(0,)]


SYNC = """
insert into {schema}.log
select
    md5('{sync}' || message_event) as id, time_stamp, 'c_{schema}' as connection_id, 'INFO' as event, message_event,
    '{{"status":"SUCCESSFUL"}}' as message_data, '{sync}' as sync_id, timestamp '{arrived}' as _fivetran_synced
from (values (timestamp '2026-06-18 08:00:00', 'sync_start'), (timestamp '2026-06-18 08:30:00', 'sync_end'))
as events (time_stamp, message_event)
"""


@pytest.mark.parametrize("kept_by", ["this version", pytest.param("one without arrived_at", marks=pytest.mark.long)])
def test_a_schema_that_lags_is_not_overtaken(kept_by: str, tmp_path: Path) -> None:
    """Rows stamped before what another schema brought reach the marts, and what is known is not taken again."""
    warehouse = tmp_path / DATABASE
    with duckdb.connect(str(warehouse)) as database:
        for schema in (ONE, TWO):
            database.execute(f"create schema {schema}")
            database.execute(
                f"create table {schema}.log (id varchar, time_stamp timestamp, connection_id varchar, event varchar, "
                "message_event varchar, message_data varchar, sync_id varchar, _fivetran_synced timestamp)"
            )
        database.execute(SYNC.format(schema=ONE, sync="ahead", arrived="2026-06-18 12:00:00"))
        database.execute(SYNC.format(schema=TWO, sync="before", arrived="2026-06-18 09:00:00"))

    def build_marts() -> dict[str, Any]:
        outcome = build_in(
            tmp_path,
            *(*NO_TESTS, "--select", "+fct_fivetran_sync_performance"),
            fivetran_logs_as_of="2026-06-18T14:00:00",
            fivetran_platform_schemas=[ONE, TWO],
        )
        assert outcome.succeeded, outcome.problems
        taken = "fivetran_analytics_intermediate.int_fivetran_log__events"
        return {
            "syncs": rows(
                tmp_path,
                "select sync_id, sync_status from fivetran_analytics.fct_fivetran_sync_performance order by 1",
            ),
            "taken": rows(
                tmp_path, f"select sync_id, cast(max(loaded_at) as varchar) from {taken} group by 1 order by 1"
            ),
        }

    assert build_marts()["syncs"] == [("ahead", "successful"), ("before", "successful")]
    with duckdb.connect(str(warehouse)) as database:
        if kept_by != "this version":
            database.execute("alter table fivetran_analytics_intermediate.int_fivetran_log__events drop arrived_at")
        database.execute(SYNC.format(schema=TWO, sync="late", arrived="2026-06-18 09:00:00"))
        database.execute(SYNC.format(schema=TWO, sync="lagging", arrived="2026-06-18 10:00:00"))
    second = build_marts()
    assert second["syncs"] == [(sync, "successful") for sync in ("ahead", "before", "lagging", "late")]
    taken = dict(second["taken"])
    assert taken["late"] == taken["lagging"] == "2026-06-18 12:00:00.000001"
    if kept_by == "this version":
        assert taken["before"] == "2026-06-18 09:00:00"
    assert build_marts() == second
