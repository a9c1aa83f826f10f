{{ config(materialized=fivetran_logs.view_materialization()) }}

with

sync_days as (

    select * from {{ ref('int_fivetran_log__sync_days') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

)

select
    sync_days.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    sync_days.activity_date,
    cast(sync_days.total_syncs as {{ dbt.type_bigint() }}) as total_syncs,
    sync_days.successful_syncs,
    sync_days.failed_syncs,
    {{ fivetran_logs.success_rate('sync_days.successful_syncs', 'sync_days.failed_syncs') }} as success_rate,
    cast(sync_days.avg_sync_duration_seconds as {{ fivetran_logs.type_double() }}) as avg_sync_duration_seconds,
    cast(sync_days.median_sync_duration_seconds as {{ fivetran_logs.type_double() }}) as median_sync_duration_seconds,
    cast(sync_days.p95_sync_duration_seconds as {{ fivetran_logs.type_double() }}) as p95_sync_duration_seconds,
    sync_days.rows_synced,
    cast(sync_days.total_syncs_7d as {{ dbt.type_bigint() }}) as total_syncs_7d,
    sync_days.successful_syncs_7d,
    sync_days.failed_syncs_7d,
    {{ fivetran_logs.success_rate('sync_days.successful_syncs_7d', 'sync_days.failed_syncs_7d') }} as success_rate_7d,
    cast(sync_days.avg_sync_duration_seconds_7d as {{ fivetran_logs.type_double() }}) as avg_sync_duration_seconds_7d,
    cast(sync_days.median_sync_duration_seconds_7d as {{ fivetran_logs.type_double() }}) as median_sync_duration_seconds_7d,
    cast(sync_days.p95_sync_duration_seconds_7d as {{ fivetran_logs.type_double() }}) as p95_sync_duration_seconds_7d,
    sync_days.rows_synced_7d,
    cast(sync_days.median_duration_ratio as {{ fivetran_logs.type_double() }}) as median_duration_ratio,
    coalesce(
        sync_days.median_duration_ratio >= {{ var('fivetran_logs_anomaly_ratio') }}
        and sync_days.median_sync_duration_seconds - sync_days.median_baseline_seconds
        >= {{ var('fivetran_logs_anomaly_minimum_seconds') }},
        false
    ) as is_anomaly
from sync_days
left join connections on sync_days.connection_id = connections.connection_id
