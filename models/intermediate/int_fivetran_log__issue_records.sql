{{ config(materialized='view') }}

-- What the log records as gone wrong, in the terms of an issue.

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where is_issue and occurred_at <= {{ fivetran_logs.as_of() }}

),

legacy_sync_events as (

    select
        event_key,
        sync_key,
        loaded_at
    from {{ ref('int_fivetran_log__legacy_sync_events') }}

),

issues as (

    select
        events.event_key as error_id,
        events.occurred_at,
        events.connection_id,
        events.sync_id,
        coalesce(events.sync_key, legacy_sync_events.sync_key) as sync_key,
        case when {{ fivetran_logs.is_failed_end() }} then 'SEVERE' else events.severity end as severity,
        events.log_source,
        events.message_event,
        coalesce(
            events.record_type,
            events.task_type,
            events.status,
            events.message_event
        ) as error_type,
        coalesce(events.message, events.reason) as error_message,
        events.schema_name,
        events.table_name,
        greatest(events.loaded_at, coalesce(legacy_sync_events.loaded_at, events.loaded_at)) as loaded_at
    from events
    left join legacy_sync_events on events.event_key = legacy_sync_events.event_key

)

select * from issues
