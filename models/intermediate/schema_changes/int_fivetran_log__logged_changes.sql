{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key='change_id',
        on_schema_change='append_new_columns',
        pre_hook="{{ fivetran_logs.forget_the_future('change_detected_at') }}",
    )
}}

-- The log's own schema events. Every account has them, and deletions are recorded nowhere else.

{%- set newest = fivetran_logs.newest_stored(occurred_at='change_detected_at') %}

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where
        message_event in ({{ fivetran_logs.schema_change_events() }})
        and occurred_at <= {{ fivetran_logs.as_of() }}
        and {{ fivetran_logs.is_new(newest) }}

),

-- some events name a table as schema.table, others in two fields
named as (

    select
        *,
        case
            when schema_name is null and table_name like '%.%' then {{ fivetran_logs.text_part('table_name', "'.'", 1) }}
            else schema_name
        end as own_schema_name,
        case
            when schema_name is null and table_name like '%.%' then {{ fivetran_logs.text_part('table_name', "'.'", 2) }}
            else table_name
        end as own_table_name,
        lower(coalesce(record_type, '')) as kind
    from events

)

select
    event_key as change_id,
    occurred_at as change_detected_at,
    connection_id,
    sync_id,
    case when message_event = 'create_schema' then coalesce(own_schema_name, own_table_name) else own_schema_name end as schema_name,
    case when message_event <> 'create_schema' then own_table_name end as table_name,
    column_name,
    case
        when message_event = 'create_schema' then 'schema'
        when message_event = 'alter_table' and (column_name is not null or kind like '%column%') then 'column'
        else 'table'
    end as change_level,
    case
        when message_event in ('create_schema', 'create_table') then 'added'
        when message_event = 'drop_table' then 'dropped'
        when kind like '%type%' then 'type_changed'
        -- a key or a default comes and goes, and the table or column it belongs to stays
        when {{ fivetran_logs.is_constraint_change('kind') }} then 'modified'
        when kind like '%rename%' then 'renamed'
        when column_name is null and kind not like '%column%' then 'modified'
        when kind like '%add%' then 'added'
        when kind like '%drop%' or kind like '%remov%' or kind like '%delet%' then 'dropped'
        else 'modified'
    end as change_type,
    previous_data_type,
    data_type as new_data_type,
    'destination' as side,
    'sync_log' as evidence,
    case when message_event = 'create_table' then {{ fivetran_logs.columns_created('details') }} end as columns_created,
    loaded_at,
    {{ fivetran_logs.rules_column() }}
from named
