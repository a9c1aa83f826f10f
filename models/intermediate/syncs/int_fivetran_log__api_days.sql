{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ fivetran_logs.reopen_days_of_changed_calls('activity_date') }}",
    )
}}

-- Calls to sources by the day they were made. A sync that logs them one by one and in a summary logs the same calls twice: of
-- each sync the kind of event with more calls counts, on the days of its events. What names no sync is added.

{%- set unchanged_until = fivetran_logs.last_day_without_changed_calls('activity_date') %}

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where
        {{ fivetran_logs.is_api_event() }}
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

sync_facts as (

    select * from {{ ref('int_fivetran_log__sync_facts') }}

),

calls as (

    select
        events.connection_id,
        cast(events.occurred_at as date) as activity_date,
        case when sync_facts.single_calls > sync_facts.summary_calls then 0 else {{ fivetran_logs.summary_calls() }} end as summary_calls,
        case when sync_facts.single_calls <= sync_facts.summary_calls then 0 else {{ fivetran_logs.single_calls() }} end as single_calls,
        coalesce(sync_facts.last_event_at, events.occurred_at) as last_event_at,
        greatest(coalesce(sync_facts.loaded_at, events.loaded_at), events.loaded_at) as loaded_at
    from events
    left join sync_facts on events.sync_key = sync_facts.sync_key
    where cast(events.occurred_at as date) > {{ unchanged_until }}

)

select
    connection_id,
    activity_date,
    {{ fivetran_logs.sum_rows('summary_calls + single_calls') }} as api_calls,
    max(last_event_at) as last_event_at,
    max(loaded_at) as loaded_at,
    {{ fivetran_logs.rules_column() }}
from calls
group by 1, 2
