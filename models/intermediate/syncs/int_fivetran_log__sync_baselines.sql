{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ fivetran_logs.reopen_days_of_changed_syncs('sync_date') }}",
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

-- How long a sync should have taken. A model of its own because a sync's baseline depends on other syncs: a late event
-- changes the baselines of the weeks after it, not the facts of those syncs.

{%- set unchanged_until = fivetran_logs.last_day_without_changed_syncs('sync_date') %}

with

syncs as (

    select * from {{ ref('int_fivetran_log__syncs') }}

),

window_of_syncs as (

    select
        sync_key,
        connection_id,
        sync_at,
        case when is_successful = 1 then sync_duration_seconds end as successful_duration_seconds
    from syncs
    where sync_date >= {{ fivetran_logs.date_add('day', '-(' ~ var('fivetran_logs_baseline_days') ~ ' + 1)', unchanged_until) if is_incremental() else "cast('0001-01-01' as date)" }}

),

baselines as (

    {{ fivetran_logs.trailing_median(
        relation='window_of_syncs',
        key='sync_key',
        partition='connection_id',
        at='sync_at',
        value='successful_duration_seconds',
        days=var('fivetran_logs_baseline_days'),
    ) | indent(4) }}

)

select
    syncs.sync_key,
    syncs.connection_id,
    syncs.sync_date,
    baselines.trailing_median as baseline_duration_seconds,
    syncs.sync_duration_seconds / nullif(baselines.trailing_median, 0) as duration_ratio,
    coalesce(
        syncs.is_successful = 1
        and baselines.trailing_count >= {{ var('fivetran_logs_anomaly_minimum_syncs') }}
        and syncs.sync_duration_seconds >= {{ var('fivetran_logs_anomaly_ratio') }} * baselines.trailing_median
        and syncs.sync_duration_seconds - baselines.trailing_median >= {{ var('fivetran_logs_anomaly_minimum_seconds') }},
        false
    ) as is_duration_anomaly,
    syncs.last_event_at,
    syncs.loaded_at,
    {{ fivetran_logs.rules_column() }}
from syncs
inner join baselines on syncs.sync_key = baselines.sync_key
where syncs.sync_date > {{ unchanged_until }}
