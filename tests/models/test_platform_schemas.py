"""Which schema is read: a wrong one stops the build, a lost table warns, older names are read as those of today."""

from __future__ import annotations

from pathlib import Path

import duckdb
import helpers
import pytest

from fivetran_logs.dbt.build import Outcome, build
from fivetran_logs.dbt.source_tables import read_source_tables

STAGING = ("--select", "path:models/staging", *helpers.NO_TESTS)
VIEWS = len(read_source_tables())

# an account of the years before: names of tables and columns that nobody writes today
OLD_ACCOUNT = """
create schema fivetran_log;
create table fivetran_log.log (id varchar, time timestamp, connector_id varchar, event varchar, message_event varchar);
insert into fivetran_log.log values ('e1', '2026-06-18 08:00:00', 'c1', 'INFO', 'sync_start');
create table fivetran_log.connection (connection_id varchar, connection_name varchar, _fivetran_synced timestamp);
create table fivetran_log.connector (connector_id varchar, connector_name varchar, _fivetran_synced timestamp);
insert into fivetran_log.connector values ('c1', 'shop', '2026-06-18');
create table fivetran_log.usage_cost (measured_month varchar, group_id varchar, amount decimal(18, 2));
insert into fivetran_log.usage_cost values ('2026-06', 'd1', 10);
create table fivetran_log.credits_used (measured_month varchar, group_id varchar, credits_consumed integer);
insert into fivetran_log.credits_used values ('2026-06', 'd1', 10);
create table fivetran_log.resource_membership (id bigint, connector_id varchar);
insert into fivetran_log.resource_membership values (1, 'c1');
create table fivetran_log.user (id varchar);
create schema looks_like_one;
create table looks_like_one.log (id varchar);
create table looks_like_one.incremental_mar (connection_name varchar);
create schema of_an_app;
create table of_an_app.log (id varchar);
"""
METADATA = ("schema", "table", "column")


def staged(directory: Path, table: str, columns: str) -> list[tuple]:
    return helpers.rows(directory, f"select {columns} from fivetran_analytics_staging.stg_fivetran_log__{table}")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The old account, staged."""
    directory = tmp_path_factory.mktemp("old_account")
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        database.execute(OLD_ACCOUNT)
        for side in ("source", "destination"):
            for kind in METADATA:
                database.execute(f"create table fivetran_log.{side}_{kind}_metadata (id bigint, connector_id varchar)")
                database.execute(f"insert into fivetran_log.{side}_{kind}_metadata values (1, 'c1')")
                event = f"fivetran_log.{side}_{kind}_change_event"
                database.execute(
                    f"create table {event} (detected_at timestamp, {kind}_id bigint, connector_id varchar)"
                )
                database.execute(f"insert into {event} values ('2026-06-18', 1, 'c1')")
    outcome = helpers.build_in(directory, *STAGING)
    assert outcome.problems == []
    return directory


def test_older_names_of_columns_are_read(account: Path) -> None:
    assert staged(account, "log", "time_stamp::varchar, connection_id") == [("2026-06-18 08:00:00", "c1")]
    assert staged(account, "usage_cost", "destination_id") == [("d1",)]
    assert staged(account, "credits_used", "destination_id") == [("d1",)]
    assert staged(account, "resource_membership", "connection_id") == [("c1",)]


@pytest.mark.parametrize("side", ["source", "destination"])
def test_older_names_of_metadata_are_read(account: Path, side: str) -> None:
    for kind in METADATA:
        assert staged(account, f"{side}_{kind}", "id, connection_id") == [(1, "c1")]
        assert staged(account, f"{side}_{kind}_change_event", "connection_id") == [("c1",)]


def test_an_older_table_is_read_while_the_newer_is_empty(account: Path) -> None:
    assert staged(account, "connection", "connection_id, connection_name") == [("c1", "shop")]


def views(directory: Path) -> dict[str, str]:
    return dict(helpers.rows(directory, "select view_name, sql from duckdb_views() where schema_name like '%staging'"))


def test_a_schema_that_is_none_stops_the_build_and_replaces_nothing(account: Path) -> None:
    """Before: every view was replaced by an empty one, and the marts with it, without a word."""
    before = views(account)
    # a schema that another test has parsed with
    project = helpers.dbt_project(account, fivetran_platform_schema="fivetran_meta")

    def run(*options: str) -> Outcome:
        with helpers.inside(account):
            project.manifest()
            return build(project, options)

    outcome = run()
    refused = [problem.text for problem in outcome.problems]
    assert len(refused) == VIEWS
    assert all("fivetran_meta is not a Fivetran Platform schema" in text for text in refused)
    assert any(
        "Schemas that look like one: fivetran_log, looks_like_one. Set fivetran_platform_schema" in t for t in refused
    )
    assert views(account) == before
    assert outcome.models == 0, "built without a source: the calendar was"
    marts = helpers.rows(account, "select table_name from duckdb_tables() where schema_name = 'fivetran_analytics'")
    assert marts == []

    # what needs no source goes on without one
    with helpers.inside(account):
        project.run(["compile", "--select", "stg_fivetran_log__log"])
    assert views(account) == before


def test_a_build_without_rows_needs_no_source(tmp_path: Path) -> None:
    assert helpers.build_in(tmp_path, "--empty", *STAGING).problems == []


def test_a_table_that_is_gone_since_the_last_build_is_a_warning(account: Path) -> None:
    with duckdb.connect(str(account / helpers.DATABASE)) as database:
        database.execute("drop table fivetran_log.user")
    outcome = helpers.build_in(account, *STAGING)
    assert outcome.succeeded
    assert [problem.is_warning for problem in outcome.problems] == [True]
    assert (
        "The table user has gone from the schema fivetran_log since the last build: lost are names"
        in outcome.problems[0].text
    )
    assert helpers.build_in(account, *STAGING).problems == [], "told once"
