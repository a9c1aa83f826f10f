{{ config(materialized=fivetran_logs.step_materialization()) }}

-- All that had happened on a connection up to each report day, from the days on which it synced.

{%- set so_far = 'partition by connection_id order by activity_date, is_report_day rows between unbounded preceding and current row' %}

with

states as (

    select * from {{ ref('int_fivetran_log__connection_states') }}

),

sync_days as (

    select * from {{ ref('int_fivetran_log__sync_days') }}

),

-- days with syncs and report days on one time line: what a report day sees is what ran up to it
timeline as (

    select
        connection_id,
        activity_date,
        0 as is_report_day,
        total_syncs,
        successful_syncs,
        failed_syncs,
        first_sync_at,
        last_sync_at,
        last_completed_at,
        last_success_at,
        last_failure_at,
        failures_after_last_success
    from sync_days

    union all

    select
        connection_id,
        report_date as activity_date,
        1 as is_report_day,
        0 as total_syncs,
        0 as successful_syncs,
        0 as failed_syncs,
        {%- for column in ['first_sync_at', 'last_sync_at', 'last_completed_at', 'last_success_at', 'last_failure_at'] %}
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as {{ column }},
        {%- endfor %}
        0 as failures_after_last_success
    from states

),

-- each day with a success begins a new run: the failures of a run since then are the consecutive ones
runs as (

    select
        *,
        count(last_success_at) over ({{ so_far }}) as run_number
    from timeline

),

until_then as (

    select
        connection_id,
        activity_date,
        is_report_day,
        {%- for column in ['total_syncs', 'successful_syncs', 'failed_syncs'] %}
        sum({{ column }}) over ({{ so_far }}) as {{ column }},
        {%- endfor %}
        min(first_sync_at) over ({{ so_far }}) as first_sync_at,
        {%- for column in ['last_sync_at', 'last_completed_at', 'last_success_at', 'last_failure_at'] %}
        max({{ column }}) over ({{ so_far }}) as {{ column }},
        {%- endfor %}
        sum(failures_after_last_success) over (
            partition by connection_id, run_number order by activity_date, is_report_day
            rows between unbounded preceding and current row
        ) as consecutive_failures
    from runs

)

select * from until_then
where is_report_day = 1
