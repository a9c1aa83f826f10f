{{ config(materialized=fivetran_logs.view_materialization()) }}

-- A view: the facts beneath are stored and grow with new syncs only, while names, running and incomplete change without one.

with

syncs as (

    select * from {{ ref('int_fivetran_log__syncs') }}

),

baselines as (

    select * from {{ ref('int_fivetran_log__sync_baselines') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

)

select
    syncs.sync_key,
    syncs.sync_id,
    syncs.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_id,
    connections.destination_name,
    syncs.sync_started_at,
    syncs.sync_completed_at,
    syncs.sync_date,
    syncs.sync_status,
    syncs.failure_reason,
    syncs.failure_task_type,
    cast(syncs.sync_duration_seconds as {{ fivetran_logs.type_double() }}) as sync_duration_seconds,
    syncs.extract_seconds,
    syncs.process_seconds,
    syncs.load_seconds,
    syncs.extract_volume_mb,
    syncs.process_volume_mb,
    syncs.load_volume_mb,
    syncs.rows_extracted,
    syncs.rows_replaced_or_inserted,
    syncs.rows_updated,
    syncs.rows_deleted,
    syncs.rows_synced,
    syncs.tables_synced,
    syncs.api_calls,
    syncs.warnings,
    syncs.errors,
    cast(syncs.rows_synced / nullif(syncs.sync_duration_seconds, 0) as {{ fivetran_logs.type_double() }}) as rows_per_second,
    {{ fivetran_logs.slowest_stage() }} as slowest_stage,
    cast(baselines.baseline_duration_seconds as {{ fivetran_logs.type_double() }}) as baseline_duration_seconds,
    cast(baselines.duration_ratio as {{ fivetran_logs.type_double() }}) as duration_ratio,
    coalesce(baselines.is_duration_anomaly, false) as is_duration_anomaly,
    syncs.sync_kind
from syncs
left join baselines on syncs.sync_key = baselines.sync_key
left join connections on syncs.connection_id = connections.connection_id
