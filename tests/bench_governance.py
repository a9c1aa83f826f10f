"""Measures a build of a large account's governance: `make bench`, or `python tests/bench_governance.py`.

5,000 connections, 2 million columns with their lineage, a million actions of the audit trail, 300 users in nested
teams. The goals are a minute of model time and 4 GiB. Model time, wall time and memory are those of tests/bench.py.
Processor time is what the models used, and what the whole process used: it tells more where a machine has other work
to do. `--share 0.1` makes everything a tenth of the size.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path

import bench

SECONDS, GIB = 60, 4
CONNECTIONS, TABLES, COLUMNS, ACTIONS, USERS = (
    5_000,
    40,
    10,
    1_000_000,
    300,
)  # tables of a connection, columns of a table
AS_OF = datetime(2026, 6, 18, 14)
SOURCE = """
create schema fivetran_log;
set schema = 'fivetran_log';
create table account as select 'home' as id, 'Large' as name, timestamp '2020-01-01' as created_at, 'US' as country;
create table destination as
select 'd' || n as id, 'home' as account_id, timestamp '2020-01-01' as created_at, 'Warehouse ' || n as name,
    'AWS_US_EAST_1' as region, true as is_active
from range(50) as numbers(n);
create table connector_type as
select kind as id, kind as official_connector_name, 'Database' as type
from (values ('postgres'), ('salesforce'), ('s3')) as kinds(kind);
create table connection as
select 'c' || n as connection_id, 'connection_' || n as connection_name, 'd' || n % 50 as destination_id,
    ['postgres', 'salesforce', 's3'][n % 3 + 1] as connector_type_id, 'u' || n % {users} as connecting_user_id,
    timestamp '2024-01-01' as signed_up, false as paused, 360 as sync_frequency, false as _fivetran_deleted
from range({connections}) as numbers(n);
create table "user" as
select 'u' || n as id, 'user' || n || '@example.com' as email, 'Given' as given_name, 'Family ' || n as family_name,
    timestamp '2024-01-01' as created_at, true as verified, n % 20 = 0 as _fivetran_deleted
from range({users}) as numbers(n);
create table role as
select 'r' || n as id, 'home' as account_id, name, false as _fivetran_deleted
from (values (1, 'Account Administrator'), (2, 'Account Analyst'), (3, 'Manage Destination')) as roles(n, name);
create table role_permission as
select 'r' || n as role_id, permission, false as _fivetran_deleted
from (values (1, 'ACCOUNT_MANAGE'), (1, 'DESTINATION_MANAGE'), (1, 'CONNECTION_MANAGE'), (2, 'CONNECTION_EDIT'),
    (3, 'DESTINATION_MANAGE'), (3, 'CONNECTION_MANAGE')) as permissions(n, permission);
create table team as
select 't' || n as id, 'home' as account_id, 'Team ' || n as name,
    case when n > 0 then 't' || (n - 1) // 3 end as parent_id,
    false as _fivetran_deleted
from range(100) as numbers(n);
create table team_membership as
select 'r9' as role_id, 't' || n % 100 as team_id, 'u' || n as user_id, timestamp '2024-01-01' as created_at,
    false as _fivetran_deleted
from range({users}) as numbers(n);
create table resource_membership as
select n as id, case when n < 20 then 'home' end as account_id,
    case when n >= 20 then 'd' || n % 50 end as destination_id,
    cast(null as varchar) as connection_id, 'r' || case when n < 20 then 1 + n % 2 else 3 end as role_id,
    case when n >= 20 then 't' || n % 100 end as team_id, case when n < 20 then 'u' || n end as user_id,
    timestamp '2024-01-01' as created_at, false as _fivetran_deleted
from range(220) as numbers(n);
-- every user works by day; a percent of the actions is at any hour
create table audit_trail as
select 'a' || n as id, 'u' || n % {users} as user_id, ['EDIT', 'EDIT', 'EDIT', 'CREATE', 'DELETE'][n % 5 + 1] as action,
    case when n % 10 = 0 then 'API' else 'WEB_UI' end as interaction_method,
    timestamp '2026-06-18 12:00:00' - to_days(cast(n * 360 // {actions} as integer))
    - to_seconds(cast(case when n % 100 = 0 then hash(n) % 86400 else hash(n) % 28800 end as integer)) as captured_at,
    'DESTINATION' as primary_resource_type, 'd' || n % 50 as primary_resource_id,
    'CONNECTION' as secondary_resource_type, 'c' || n % {connections} as secondary_resource_id,
    '{{"sync_frequency":' || n % 1440 || ',"config":{{"schedule":{{"time":"0' || n % 10 || ':00"}}}}}}' as old_values,
    '{{"sync_frequency":' || (n + 60) % 1440 || ',"password":"hunter' || n
        || '","config":{{"schedule":{{"time":"11:00"}}}}}}'
        as new_values,
    captured_at as _fivetran_synced
from range({actions}) as numbers(n);
create table log as
select 'l' || n as id, 'c' || n // 2 as connection_id, 'INFO' as event,
    ['sync_start', 'sync_end'][n % 2 + 1] as message_event,
    case when n % 2 = 1 then '{{"status":"SUCCESSFUL"}}' end as message_data, 's' || n // 2 as sync_id,
    timestamp '2026-06-18 10:00:00' + to_minutes(cast(n % 2 as integer)) as time_stamp,
    timestamp '2026-06-18 13:00:00' as _fivetran_synced
from range(2 * {connections}) as numbers(n);
create table source_schema as
select n as id, 'c' || n as connection_id, timestamp '2024-01-01' as created_at, 'schema_' || n as name
from range({connections}) as numbers(n);
create table source_table as
select n as id, 'c' || n // {tables} as connection_id, n // {tables} as schema_id, timestamp '2024-01-01' as created_at,
    'table_' || n % {tables} as name
from range({connections} * {tables}) as numbers(n);
create table source_column as
select n as id, 'c' || n // ({tables} * {columns}) as connection_id, n // {columns} as table_id,
    timestamp '2024-01-01' as created_at, n % {columns} = 0 as is_primary_key, 'column_' || n % {columns} as name,
    'TEXT' as type, timestamp '2024-01-01' as updated_at
from range({connections} * {tables} * {columns}) as numbers(n);
create table destination_schema as select *, 'd' || id % 50 as destination_id from source_schema;
create table destination_table as select *, 'd' || (id // {tables}) % 50 as destination_id from source_table;
create table destination_column as
select * exclude (is_primary_key), 'd' || (id // ({tables} * {columns})) % 50 as destination_id from source_column;
create table schema_lineage as
select id as destination_schema_id, id as source_schema_id, created_at from source_schema;
create table table_lineage as
select id as destination_table_id, id as source_table_id, created_at from source_table;
create table column_lineage as
select id as destination_column_id, id as source_column_id, created_at from source_column;
"""


def measure(share: float, directory: Path) -> dict:
    """A full build, and what is in its marts."""
    import duckdb

    database = directory / "bench.duckdb"
    sizes = {"connections": CONNECTIONS, "tables": TABLES, "columns": COLUMNS, "actions": ACTIONS, "users": USERS}
    sizes |= {name: max(int(sizes[name] * share), 50) for name in ("connections", "actions")}
    with duckdb.connect(str(database), config={"memory_limit": bench.MEMORY}) as connection:
        connection.execute(SOURCE.format(**sizes))
    built = bench.build_apart(directory, "duckdb", AS_OF.isoformat(), FIVETRAN_LOGS_DUCKDB=str(database))
    with duckdb.connect(str(database)) as connection:
        built["rows"] = {
            mart: connection.execute(f"select count(*) from fivetran_analytics.fct_fivetran_{mart}").fetchone()[0]
            for mart in ("column_lineage", "table_lineage", "user_activity", "configuration_changes", "access_control")
        }
    return built


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full size")
    share = parser.parse_args().share
    with tempfile.TemporaryDirectory() as folder:
        built = measure(share, Path(folder))
    print(", ".join(f"{rows:,} rows of {mart}" for mart, rows in built["rows"].items()))
    print(
        f"{built['model']:.0f} s of models, {built['wall']:.0f} s in all; "
        f"of processor {built['model_processor']:.0f} s and {built['processor']:.0f} s; "
        f"{built['memory'] / 2**30:.1f} GiB"
    )
    for name, seconds in sorted(built["models"].items(), key=lambda item: -item[1])[:10]:
        print(f"  {seconds:6.1f} s  {name}")
    kept = built["model"] <= SECONDS and built["memory"] <= GIB * 2**30
    print(f"{'within' if kept else 'beyond'} the goals of {SECONDS} s and {GIB} GiB")


if __name__ == "__main__":
    main()
