{{ config(materialized=fivetran_logs.view_materialization()) }}

-- Two branches without a join, so that an engine can push a filter on loaded_at, occurred_at or sync_key into each.

{%- set columns = fivetran_logs.sync_event_columns() %}

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}

),

legacy_sync_events as (

    select * from {{ ref('int_fivetran_log__legacy_sync_events') }}

)

select
    sync_key,
    loaded_at,
    {{ columns | join(',\n    ') }}
from events
where sync_key is not null

union all

select
    sync_key,
    loaded_at,
    {{ columns | join(',\n    ') }}
from legacy_sync_events
