{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ fivetran_logs.reopen_days_of_changed_syncs('activity_date') }}",
        meta={
            'stored_settings': [
                'fivetran_logs_baseline_days',
                'fivetran_logs_anomaly_minimum_syncs',
                'fivetran_logs_anomaly_ratio',
                'fivetran_logs_anomaly_minimum_seconds',
            ],
        },
    )
}}

-- The day is where history is added up: lifetime totals, trends and past states are read from here, never from all syncs.

{%- set unchanged_until = fivetran_logs.last_day_without_changed_syncs('activity_date') %}

with

syncs as (

    select * from {{ ref('int_fivetran_log__syncs') }}

),

baselines as (

    select * from {{ ref('int_fivetran_log__sync_baselines') }}

),

days as (

    select
        syncs.*,
        baselines.duration_ratio,
        baselines.baseline_duration_seconds,
        max(case when syncs.is_successful = 1 then syncs.sync_at end) over (
            partition by syncs.connection_id, syncs.sync_date
        ) as day_last_success_at,
        row_number() over (
            partition by syncs.connection_id, syncs.sync_date
            order by syncs.sync_at desc, syncs.sync_key desc
        ) as newest_first
    from syncs
    left join baselines on syncs.sync_key = baselines.sync_key
    where syncs.sync_date > {{ unchanged_until }}

),

-- seven days ending on each day that is to be added
weeks as (

    select
        active_days.connection_id,
        active_days.activity_date,
        {{ fivetran_logs.sync_measures('syncs') }}
    from (select distinct connection_id, sync_date as activity_date from days) as active_days
    inner join syncs
        on
            active_days.connection_id = syncs.connection_id
            and syncs.sync_date > {{ fivetran_logs.date_add('day', -7, 'active_days.activity_date') }}
            and syncs.sync_date <= active_days.activity_date
    where syncs.sync_date > {{ fivetran_logs.date_add('day', -7, unchanged_until) if is_incremental() else "cast('0001-01-01' as date)" }}
    group by 1, 2

),

measured as (

    select
        connection_id,
        sync_date as activity_date,
        {{ fivetran_logs.sync_measures('days') }},
        sum(case when sync_status = 'rescheduled' then 1 else 0 end) as rescheduled_syncs,
        max(case when is_successful = 1 then sync_at end) as last_success_at,
        max(case when is_failed = 1 then sync_at end) as last_failure_at,
        sum(case when is_failed = 1 and (day_last_success_at is null or sync_at > day_last_success_at) then 1 else 0 end)
            as failures_after_last_success,
        max(case when newest_first = 1 then sync_key end) as last_sync_key,
        max(case when newest_first = 1 then sync_id end) as last_sync_id,
        max(sync_at) as last_sync_at,
        min(sync_started_at) as first_sync_at,
        max(sync_completed_at) as last_completed_at,
        max(last_event_at) as last_event_at,
        max(loaded_at) as loaded_at
    from days
    group by 1, 2

),

-- medians apart: Redshift sorts the rows of a select by one expression only
day_ratios as (

    select
        connection_id,
        sync_date as activity_date,
        {{ fivetran_logs.percentile('case when is_successful = 1 then duration_ratio end', 0.5) }} as median_duration_ratio
    from days
    group by 1, 2

),

day_baselines as (

    select
        connection_id,
        sync_date as activity_date,
        {{ fivetran_logs.percentile('baseline_duration_seconds', 0.5) }} as median_baseline_seconds
    from days
    group by 1, 2

)

select
    measured.*,
    day_ratios.median_duration_ratio,
    day_baselines.median_baseline_seconds,
    weeks.total_syncs as total_syncs_7d,
    weeks.successful_syncs as successful_syncs_7d,
    weeks.failed_syncs as failed_syncs_7d,
    weeks.avg_sync_duration_seconds as avg_sync_duration_seconds_7d,
    weeks.median_sync_duration_seconds as median_sync_duration_seconds_7d,
    weeks.p95_sync_duration_seconds as p95_sync_duration_seconds_7d,
    weeks.rows_synced as rows_synced_7d,
    {{ fivetran_logs.rules_column() }}
from measured
{%- for figures in ['weeks', 'day_ratios', 'day_baselines'] %}
inner join {{ figures }}
    on
        measured.connection_id = {{ figures }}.connection_id
        and measured.activity_date = {{ figures }}.activity_date
{%- endfor %}
