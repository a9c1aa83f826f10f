{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='append',
        pre_hook="{{ fivetran_logs.reopen_days_of_new_events('activity_date', fivetran_logs.is_api_event()) }}",
    )
}}

-- Calls to sources by the day they were made. Three kinds of event tell of them, one after the other in Fivetran's history, all
-- three on some days: they are added.

{%- set unchanged_until = fivetran_logs.last_day_without_new_events('activity_date', fivetran_logs.is_api_event()) %}

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where
        {{ fivetran_logs.is_api_event() }}
        and occurred_at <= {{ fivetran_logs.as_of() }}

)

select
    connection_id,
    cast(occurred_at as date) as activity_date,
    {{ fivetran_logs.sum_rows(fivetran_logs.api_calls_of_event()) }} as api_calls,
    max(occurred_at) as last_event_at,
    max(loaded_at) as loaded_at
from events
where cast(occurred_at as date) > {{ unchanged_until }}
group by 1, 2
