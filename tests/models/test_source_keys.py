"""The one data test of the source's keys: it names the table, the key and its values, in any of several schemas."""

from __future__ import annotations

from pathlib import Path

import duckdb
import helpers

TEST = helpers.ROOT / "tests" / "dbt" / "source_keys_are_unique.sql"


def broken_keys(directory: Path, **variables: object) -> set[tuple[str, str, str, int]]:
    """What the test finds in the DuckDB file of a directory."""
    project = helpers.dbt_project(directory, fivetran_logs_as_of="2026-01-10T12:00:00", **variables)
    with helpers.inside(directory):
        sql = project.compile(TEST.read_text(encoding="utf-8"))
    return set(helpers.rows(directory, sql))


def test_broken_keys_are_named(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute("create schema fivetran_log")
        database.execute("create schema second")
        for statement in (
            "fivetran_log.destination as select unnest(['d1', 'd1', 'd2', null]) as id",
            "fivetran_log.role_permission as select 'r' as role_id, unnest(['read', 'write']) as permission",
            "fivetran_log.team as select 't' as name",  # without its key
            # rows of a log may share a key, but rows without a key are useless
            "fivetran_log.log as select unnest(['e', 'e', null]) as id, timestamp '2026-01-09' as time_stamp",
            "fivetran_log.connector as select unnest(['c', 'c']) as connector_id",
            "second.destination as select 'd2' as id, timestamp '2026-01-09' as _fivetran_synced",
        ):
            database.execute(f"create table {statement}")
    of_one_schema = {
        ("destination", "id", "d1", 2),
        ("destination", "id", "null", 1),
        ("team", "id", "null", 1),
        ("log", "id, time_stamp", "null, 2026-01-09 00:00:00", 1),
    }
    assert broken_keys(tmp_path) == of_one_schema
    # read as one, two schemas may hold the same row, and so each key once
    union = broken_keys(tmp_path, fivetran_platform_schemas=["fivetran_log", "second"])
    assert union == {found for found in of_one_schema if found[2] != "d1"}
