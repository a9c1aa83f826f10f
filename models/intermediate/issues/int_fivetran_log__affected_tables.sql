{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The tables that an error affects: those its record names, those its message names, and those that a failed sync did not write although
-- the connection's successful syncs usually do. The last two are looked for in the days that recent_syncs holds, and only among tables
-- that the connection writes.

with

issues as (

    select * from {{ ref('int_fivetran_log__issues') }}

),

recent_syncs as (

    select
        sync_key,
        connection_id,
        sync_at,
        is_failed,
        is_successful,
        -- a success and all that came after it
        sum(is_successful) over (
            partition by connection_id
            order by sync_at desc, sync_key desc
            rows between unbounded preceding and current row
        ) as successes_since
    from {{ ref('int_fivetran_log__recent_syncs') }}

),

writes as (

    select
        sync_key,
        connection_id,
        lower(schema_name) as schema_name,
        lower(table_name) as table_name
    from {{ ref('int_fivetran_log__table_syncs') }}
    where
        table_name not in ({{ fivetran_logs.own_tables() }})
        and last_event_at >= {{ fivetran_logs.days_ago(var('fivetran_logs_report_days') ~ ' + 33') }}

),

-- a table is usual from its first write on
tables as (

    select
        writes.connection_id,
        writes.schema_name,
        writes.table_name,
        min(recent_syncs.sync_at) as first_written_at,
        count(*) >= {{ var('fivetran_logs_usual_table_share') }} * max(recent_syncs.successes_since) as is_usual
    from writes
    inner join recent_syncs on writes.sync_key = recent_syncs.sync_key
    where recent_syncs.is_successful = 1 and writes.schema_name is not null
    group by writes.connection_id, writes.schema_name, writes.table_name

),

failures as (

    select distinct
        issues.error_fingerprint,
        recent_syncs.connection_id,
        recent_syncs.sync_key,
        recent_syncs.sync_at
    from issues
    inner join recent_syncs on issues.sync_key = recent_syncs.sync_key
    where issues.severity = 'SEVERE' and recent_syncs.is_failed = 1

),

messages as (

    select distinct
        error_fingerprint,
        connection_id,
        {{ fivetran_logs.table_in_message('error_message') }} as table_name
    from issues
    where
        occurred_at >= {{ fivetran_logs.days_ago(var('fivetran_logs_report_days') ~ ' + 33') }}
        and lower(error_message) like '%table %'

)

select
    error_fingerprint,
    coalesce(connection_id, '') as connection_id,
    coalesce(lower(schema_name), '') as schema_name,
    lower(table_name) as table_name
from issues
where table_name is not null

{{ fivetran_logs.union_distinct() }}

select
    messages.error_fingerprint,
    tables.connection_id,
    tables.schema_name,
    tables.table_name
from messages
inner join tables on messages.connection_id = tables.connection_id and messages.table_name = tables.table_name

{{ fivetran_logs.union_distinct() }}

select
    failures.error_fingerprint,
    tables.connection_id,
    tables.schema_name,
    tables.table_name
from failures
inner join tables
    on
        failures.connection_id = tables.connection_id
        and failures.sync_at >= tables.first_written_at
        and tables.is_usual
left join writes
    on
        failures.sync_key = writes.sync_key
        and tables.table_name = writes.table_name
        -- a write that changed nothing names no schema
        and coalesce(writes.schema_name, tables.schema_name) = tables.schema_name
where writes.sync_key is null
