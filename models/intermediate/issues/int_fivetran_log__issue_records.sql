{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What the log records as gone wrong, in the terms of an issue. Two branches, so that an engine can push a filter on loaded_at into
-- the events: an event of an old log belongs to the sync it was last found to belong to. The third are failures that only a `status`
-- stamped INFO tells; as they depend on other events of their sync, they are made anew in each build.

{%- set columns = fivetran_logs.sync_event_columns() %}

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where is_issue

),

legacy_sync_events as (

    select * from {{ ref('int_fivetran_log__legacy_sync_events') }}
    where is_issue

),

told_failures as (

    select * from {{ ref('int_fivetran_log__sync_facts') }}
    where failure_event_key is not null

),

told_events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where message_event = 'status' and not is_issue

),

records as (

    select
        events.sync_key,
        events.loaded_at,
        false as is_told_by_status,
        events.{{ columns | join(',\n        events.') }}
    from events
    left join legacy_sync_events on events.event_key = legacy_sync_events.event_key
    where legacy_sync_events.event_key is null

    union all

    select
        sync_key,
        loaded_at,
        false as is_told_by_status,
        {{ columns | join(',\n        ') }}
    from legacy_sync_events

    union all

    select
        told_failures.sync_key,
        told_failures.loaded_at,
        true as is_told_by_status,
        told_events.{{ columns | join(',\n        told_events.') }}
    from told_failures
    inner join told_events
        on
            told_failures.failure_event_key = told_events.event_key
            and told_failures.failure_told_at = told_events.occurred_at

)

select
    event_key as error_id,
    source_event_id,
    occurred_at,
    connection_id,
    sync_id,
    sync_key,
    case when {{ fivetran_logs.is_failure_report() }} then 'SEVERE' else severity end as severity,
    log_source,
    message_event,
    coalesce(record_type, task_type, status, message_event) as error_type,
    {{ fivetran_logs.message_without_secrets('coalesce(message, reason)') }} as error_message,
    schema_name,
    table_name,
    is_told_by_status,
    loaded_at
from records
where occurred_at <= {{ fivetran_logs.as_of() }}
