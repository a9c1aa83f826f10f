-- The last report day of int_fivetran_log__connection_health, which scores every day alike, with names and with the durations
-- that only the present needs.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

health as (

    select * from {{ ref('int_fivetran_log__connection_health') }}
    where is_latest

),

durations as (

    select
        connection_id,
        avg(sync_duration_seconds) as avg_sync_duration_seconds,
        {{ fivetran_logs.percentile('sync_duration_seconds', 0.5) }} as median_sync_duration_seconds,
        {{ fivetran_logs.percentile('sync_duration_seconds', 0.95) }} as p95_sync_duration_seconds
    from {{ ref('int_fivetran_log__recent_syncs') }}
    where sync_at > {{ fivetran_logs.days_ago(30) }}
    group by connection_id

),

last_days as (

    select
        connection_id,
        last_sync_key,
        row_number() over (partition by connection_id order by activity_date desc) as newest_first
    from {{ ref('int_fivetran_log__sync_days') }}

),

last_syncs as (

    select syncs.*
    from {{ ref('int_fivetran_log__syncs') }} as syncs
    inner join last_days on syncs.sync_key = last_days.last_sync_key and last_days.newest_first = 1

)

select
    connections.connection_id,
    connections.connection_name,
    connections.connector_type,
    connections.connector_name,
    connections.destination_id,
    connections.destination_name,
    -- as of the day of the scores, which may lie in the past
    coalesce(health.is_paused, connections.is_paused) as is_paused,
    coalesce(health.is_deleted, connections.is_deleted) as is_deleted,
    connections.set_up_at,
    connections.sync_frequency_minutes,
    last_syncs.sync_id as last_sync_id,
    last_syncs.sync_status as last_sync_status,
    last_syncs.sync_at as last_sync_at,
    health.last_success_at as last_successful_sync_at,
    health.last_failure_at as last_failed_sync_at,
    {{ fivetran_logs.as_double('health.hours_since_last_success') }} as hours_since_last_success,
    {{ fivetran_logs.as_double('health.delay_threshold_hours') }} as delay_threshold_hours,
    {{ fivetran_logs.as_double('health.expected_gap_minutes') }} as expected_gap_minutes,
    health.expected_gap_source,
    health.known_until_at,
    health.is_delayed,
    {{ fivetran_logs.as_rows('health.total_syncs') }} as total_syncs,
    {{ fivetran_logs.as_rows('health.successful_syncs') }} as successful_syncs,
    {{ fivetran_logs.as_rows('health.failed_syncs') }} as failed_syncs,
    {{ fivetran_logs.as_rows('health.syncs_7d') }} as total_syncs_last_7d,
    {{ fivetran_logs.as_rows('health.successful_syncs_7d') }} as successful_syncs_last_7d,
    {{ fivetran_logs.as_rows('health.failed_syncs_7d') }} as failed_syncs_last_7d,
    {{ fivetran_logs.as_double('health.success_rate_last_7d') }} as success_rate_last_7d,
    {{ fivetran_logs.as_double('health.success_rate_last_30d') }} as success_rate_last_30d,
    {{ fivetran_logs.as_rows('health.consecutive_failures') }} as consecutive_failures,
    {{ fivetran_logs.as_double('durations.avg_sync_duration_seconds') }} as avg_sync_duration_seconds,
    {{ fivetran_logs.as_double('durations.median_sync_duration_seconds') }} as median_sync_duration_seconds,
    {{ fivetran_logs.as_double('durations.p95_sync_duration_seconds') }} as p95_sync_duration_seconds,
    {{ fivetran_logs.as_double('health.mean_duration_ratio_7d') }} as mean_duration_ratio_last_7d,
    {{ fivetran_logs.as_rows('health.rows_synced_7d') }} as rows_synced_last_7d,
    {{ fivetran_logs.as_rows('health.errors_7d') }} as errors_last_7d,
    {{ fivetran_logs.as_rows('health.warnings_7d') }} as warnings_last_7d,
    {{ fivetran_logs.as_rows('health.incidents_30d') }} as incidents_last_30d,
    {{ fivetran_logs.as_rows('health.schema_changes_30d') }} as schema_changes_last_30d,
    {{ fivetran_logs.as_rows('health.breaking_changes_30d') }} as breaking_changes_last_30d,
    {{ fivetran_logs.as_double('health.reliability_score') }} as reliability_score,
    {{ fivetran_logs.as_double('health.freshness_score') }} as freshness_score,
    {{ fivetran_logs.as_double('health.stability_score') }} as stability_score,
    {{ fivetran_logs.as_double('health.performance_score') }} as performance_score,
    {{ fivetran_logs.as_double('health.health_score') }} as health_score,
    health.health_status,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    connections.criticality
from connections
left join health on connections.connection_id = health.connection_id
left join durations on connections.connection_id = durations.connection_id
left join last_syncs on connections.connection_id = last_syncs.connection_id
