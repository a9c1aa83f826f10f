{{ config(materialized=fivetran_logs.view_materialization()) }}

-- Branches without a join, so that an engine can push a filter on loaded_at, occurred_at or sync_key into each. The last one tells
-- a sync that an event of its has turned up in another, so that it is computed again without it.

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

union all

select
    {{ fivetran_logs.sync_key(sync_id='previous_sync_id') }} as sync_key,
    loaded_at
    {%- for column in columns %},
    {%- if column == 'event_key' %}
    'left ' || event_key as event_key
    {%- elif column == 'log_source' %}
    'none' as log_source
    {%- elif column == 'message_event' %}
    {{ fivetran_logs.left_sync() }} as message_event
    {%- elif column == 'sync_id' %}
    previous_sync_id as sync_id
    {%- else %}
    {{ column if column in ('connection_id', 'occurred_at') else 'null as ' ~ column }}
    {%- endif %}
    {%- endfor %}
from events
where previous_sync_id is not null
