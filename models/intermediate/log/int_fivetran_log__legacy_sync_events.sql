{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns',
        unique_key='connection_id',
        pre_hook="{{ fivetran_logs.forget_other_rules() }}",
    )
}}

-- Logs from before 2022 have no sync_id: there a sync runs from one sync_start to the event before the next one. Such a
-- sync can change as a whole when a late start splits it, so a connection with new events is done again from scratch. Of
-- accounts without such logs this is an empty table, found out by one look at the sync_start events that lack an id. Events are
-- imported once for each use: what is read twice, an engine may keep whole in memory.

{%- set columns = fivetran_logs.sync_event_columns() %}
{%- set newest = fivetran_logs.newest_stored(occurred_at=none) %}

with

sync_starts as (

    select * from {{ ref('int_fivetran_log__events') }}
    where log_source = 'log' and connection_id is not null and message_event = 'sync_start'

),

arrivals as (

    select * from {{ ref('int_fivetran_log__events') }}
    where log_source = 'log' and connection_id is not null

),

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where log_source = 'log' and (sync_id is null or message_event = 'sync_start')

),

legacy_connections as (

    select distinct connection_id
    from sync_starts
    where sync_id is null

),

changed_connections as (

    select
        arrivals.connection_id,
        max(arrivals.loaded_at) as loaded_at
    from arrivals
    inner join legacy_connections on arrivals.connection_id = legacy_connections.connection_id
    {%- if newest %}
    where arrivals.loaded_at > {{ newest.loaded_at }}
    {%- endif %}
    group by arrivals.connection_id

),

candidates as (

    select
        {%- for column in columns %}
        events.{{ column }},
        {%- endfor %}
        changed_connections.loaded_at
    from events
    inner join changed_connections on events.connection_id = changed_connections.connection_id

),

-- of events of one instant, the start comes first: it opens the sync the others belong to
numbered as (

    select
        *,
        sum(case when message_event = 'sync_start' then 1 else 0 end) over (
            partition by connection_id
            order by occurred_at, case when message_event = 'sync_start' then 0 else 1 end, event_key
            rows between unbounded preceding and current row
        ) as start_number
    from candidates

),

starts as (

    select
        connection_id,
        start_number,
        event_key
    from numbered
    where message_event = 'sync_start' and sync_id is null

)

select
    starts.event_key as sync_key,
    numbered.loaded_at,
    {%- for column in columns %}
    numbered.{{ column }},
    {%- endfor %}
    {{ fivetran_logs.rules_column() }}
from numbered
inner join starts
    on
        numbered.connection_id = starts.connection_id
        and numbered.start_number = starts.start_number
where numbered.sync_id is null
