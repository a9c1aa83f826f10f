{{ config(materialized=fivetran_logs.step_materialization()) }}

-- How a connection is set up, what its tables are like and what reads them, as the figures that rules look at. A figure is 0, or null,
-- where nothing is known: a rule then says nothing.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}
    where not is_deleted

),

table_use as (

    select
        connection_id,
        {{ fivetran_logs.sum_rows('resynced_paid_rows') }} as resynced_paid_rows,
        sum(case when readers = 0 and paid_rows > 0 then 1 else 0 end) as unread_tables,
        {{ fivetran_logs.sum_rows('case when readers = 0 then paid_rows else 0 end') }} as unread_paid_rows,
        -- what has been charged this month is on trial no more
        sum(case when readers = 0 and paid_rows = 0 and trial_rows > 0 then 1 else 0 end) as unread_trial_tables,
        {{ fivetran_logs.sum_rows('case when readers = 0 and paid_rows = 0 then trial_rows else 0 end') }} as unread_trial_rows,
        sum(keeps_history) as history_tables,
        {{ fivetran_logs.sum_rows('case when keeps_history = 1 then rows_updated else 0 end') }} as history_updates,
        sum(keeps_deleted) as tables_with_deleted_rows,
        {{ fivetran_logs.sum_rows('case when keeps_deleted = 1 then rows_deleted else 0 end') }} as kept_deleted_rows
    from {{ ref('int_fivetran_log__table_use') }}
    group by connection_id

),

source_tables as (

    select
        tables.connection_id,
        tables.id,
        max(case when columns.is_primary_key then 1 else 0 end) as has_key
    from {{ ref('stg_fivetran_log__source_table') }} as tables
    inner join {{ ref('stg_fivetran_log__source_column') }} as columns on tables.id = columns.table_id
    where columns.is_primary_key is not null
    group by tables.connection_id, tables.id

),

keys as (

    select
        connection_id,
        sum(1 - has_key) as keyless_tables
    from source_tables
    group by connection_id

),

-- what came with the set-up is no drift
new_tables as (

    select
        changes.connection_id,
        count(*) as new_tables
    from {{ ref('int_fivetran_log__schema_changes') }} as changes
    inner join connections on changes.connection_id = connections.connection_id
    where
        changes.side = 'destination' and changes.change_level = 'table' and changes.change_type = 'added'
        and changes.change_detected_at > {{ fivetran_logs.days_ago(30) }} and changes.change_detected_at <= {{ fivetran_logs.as_of() }}
        and changes.change_detected_at > {{ fivetran_logs.time_add('day', '7', 'connections.set_up_at') }}
    group by changes.connection_id

),

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where occurred_at > {{ fivetran_logs.days_ago(30) }} and occurred_at <= {{ fivetran_logs.as_of() }}

),

cut_values as (

    select
        connection_id,
        count(*) as cut_values
    from events
    where message_event = 'json_value_too_long' and connection_id is not null
    group by connection_id

),

-- a job names in each of its events the connections that it waits for
jobs as (

    select
        subject_id,
        max(details) as details,
        count(*) as runs
    from events
    where
        message_event in ('transformation_succeeded', 'transformation_failed') and subject_id is not null
        and occurred_at > {{ fivetran_logs.days_ago(7) }}
    group by subject_id

),

job_runs as (

    select
        connections.connection_id,
        sum(jobs.runs) as job_runs
    from connections
    inner join jobs on {{ dbt.position("'\"' || connections.connection_id || '\"'", 'jobs.details') }} > 0
    group by connections.connection_id

),

departed as (

    select
        id,
        max(coalesce(email, id)) as user_name
    from {{ ref('stg_fivetran_log__user') }}
    group by id
    having min(case when _fivetran_deleted then 1 else 0 end) = 1

),

twins as (

    select * from {{ ref('int_fivetran_log__source_twins') }}

)

select
    connections.connection_id,
    departed.user_name as departed_user,
    twins.twin_name,
    twins.shared_tables as tables_shared_with_twin,
    twins.tables_of_connection as tables_beside_twin,
    coalesce(table_use.resynced_paid_rows, 0) as resynced_paid_rows,
    coalesce(table_use.unread_tables, 0) as unread_tables,
    coalesce(table_use.unread_paid_rows, 0) as unread_paid_rows,
    coalesce(table_use.unread_trial_tables, 0) as unread_trial_tables,
    coalesce(table_use.unread_trial_rows, 0) as unread_trial_rows,
    coalesce(table_use.history_tables, 0) as history_tables,
    coalesce(table_use.history_updates, 0) as history_updates_last_30d,
    coalesce(table_use.tables_with_deleted_rows, 0) as tables_with_deleted_rows,
    coalesce(table_use.kept_deleted_rows, 0) as kept_deleted_rows_last_30d,
    coalesce(keys.keyless_tables, 0) as keyless_tables,
    coalesce(new_tables.new_tables, 0) as new_tables_last_30d,
    coalesce(cut_values.cut_values, 0) as cut_values_last_30d,
    job_runs.job_runs as job_runs_last_7d
from connections
left join table_use on connections.connection_id = table_use.connection_id
left join keys on connections.connection_id = keys.connection_id
left join new_tables on connections.connection_id = new_tables.connection_id
left join cut_values on connections.connection_id = cut_values.connection_id
left join job_runs on connections.connection_id = job_runs.connection_id
left join departed on connections.connecting_user_id = departed.id
left join twins on connections.connection_id = twins.connection_id
