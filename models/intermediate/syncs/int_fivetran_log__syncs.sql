{{ config(materialized=fivetran_logs.view_materialization()) }}

-- The status of a sync without an end depends on as-of, so it is not stored: a view says it anew in every build.

with

sync_facts as (

    select * from {{ ref('int_fivetran_log__sync_facts') }}
    where not coalesce(is_sdk_only, false)

),

-- until when the log of each connection is known: what has not ended by then may have ended since
log_ends as (

    select
        connections.connection_id,
        known_until.known_until_at
    from {{ ref('int_fivetran_log__connections') }} as connections
    inner join {{ ref('int_fivetran_log__known_until') }} as known_until on connections.platform_schema = known_until.platform_schema

),

-- only the latest sync of a connection can be running, and only if it started lately: no need to look further back
latest_starts as (

    select
        sync_facts.sync_key,
        row_number() over (
            partition by sync_facts.connection_id order by sync_facts.sync_started_at desc, sync_facts.sync_key desc
        ) as newest_first
    from sync_facts
    left join log_ends on sync_facts.connection_id = log_ends.connection_id
    where sync_facts.sync_started_at > {{ fivetran_logs.time_add(
        'hour', '-' ~ var('fivetran_logs_running_hours'), 'coalesce(log_ends.known_until_at, ' ~ fivetran_logs.as_of() ~ ')'
    ) }}

)

select
    sync_facts.sync_key,
    sync_facts.connection_id,
    sync_facts.sync_id,
    sync_facts.sync_started_at,
    sync_facts.sync_completed_at,
    coalesce(sync_facts.sync_completed_at, sync_facts.sync_started_at) as sync_at,
    cast(coalesce(sync_facts.sync_completed_at, sync_facts.sync_started_at) as date) as sync_date,
    case
        when sync_facts.end_status is not null then sync_facts.end_status
        when latest_starts.newest_first = 1 then 'running'
        else 'incomplete'
    end as sync_status,
    case when sync_facts.end_status = 'successful' then 1 else 0 end as is_successful,
    case when sync_facts.end_status = 'failed' then 1 else 0 end as is_failed,
    case when sync_facts.end_status <> 'successful' then sync_facts.end_reason end as failure_reason,
    case when sync_facts.end_status <> 'successful' then sync_facts.end_task_type end as failure_task_type,
    case
        when sync_facts.end_status = 'rescheduled' and lower(sync_facts.end_reason) like '%intended behavior%' then 'priority_first'
        else sync_facts.resync_kind
    end as sync_kind,
    -- an end before its start is a fault of some clock, and no duration; neither is an end of which nothing else is known
    case
        when
            sync_facts.sync_completed_at > sync_facts.sync_started_at
            or sync_facts.sync_completed_at = sync_facts.sync_started_at and coalesce(sync_facts.has_start, true)
            then {{ fivetran_logs.seconds_between('sync_facts.sync_started_at', 'sync_facts.sync_completed_at') }}
    end as sync_duration_seconds,
    sync_facts.extract_seconds,
    sync_facts.process_seconds,
    sync_facts.load_seconds,
    sync_facts.extract_volume_mb,
    sync_facts.process_volume_mb,
    sync_facts.load_volume_mb,
    sync_facts.rows_extracted,
    sync_facts.rows_replaced_or_inserted,
    sync_facts.rows_updated,
    sync_facts.rows_deleted,
    sync_facts.rows_synced,
    sync_facts.tables_synced,
    sync_facts.api_calls,
    sync_facts.warnings,
    sync_facts.errors,
    sync_facts.last_event_at,
    sync_facts.loaded_at
from sync_facts
left join latest_starts on sync_facts.sync_key = latest_starts.sync_key
