{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='sync_key',
        on_schema_change='append_new_columns',
        pre_hook="{{ fivetran_logs.forget_the_future() }}",
    )
}}

-- Rows come from records_modified, which names schema and table. Write events name the table alone: where one name occurs in
-- two schemas of a sync, writes and schemas are paired in order of time if there are as many of one as of the other, and are left without a
-- schema if not.

with

sync_events as (

    select * from {{ ref('int_fivetran_log__sync_events') }}
    where
        table_name is not null
        and log_source = 'log'
        and message_event in ('records_modified', 'write_to_table_start', 'write_to_table_end')
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

touched_syncs as (

    select distinct sync_key
    from sync_events
    where {{ fivetran_logs.touched() }}

),

events as (

    select sync_events.*
    from sync_events
    inner join touched_syncs on sync_events.sync_key = touched_syncs.sync_key

),

changed as (

    select
        sync_key,
        connection_id,
        sync_id,
        schema_name,
        table_name,
        {{ fivetran_logs.sum_rows("case when operation_type = 'REPLACED_OR_INSERTED' then row_count else 0 end") }} as rows_replaced_or_inserted,
        {{ fivetran_logs.sum_rows("case when operation_type = 'UPDATED' then row_count else 0 end") }} as rows_updated,
        {{ fivetran_logs.sum_rows("case when operation_type = 'DELETED' then row_count else 0 end") }} as rows_deleted,
        {{ fivetran_logs.sum_rows('coalesce(row_count, 0)') }} as rows_synced,
        min(occurred_at) as first_change_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at
    from events
    where message_event = 'records_modified'
    group by 1, 2, 3, 4, 5

),

-- a write runs from a start to the last end before the next start: several ends per start occur
write_events as (

    select
        *,
        sum(case when message_event = 'write_to_table_start' then 1 else 0 end) over (
            partition by sync_key, table_name
            order by occurred_at, case when message_event = 'write_to_table_start' then 0 else 1 end, event_key
            rows between unbounded preceding and current row
        ) as write_number
    from events
    where message_event in ('write_to_table_start', 'write_to_table_end')

),

writes as (

    select
        sync_key,
        connection_id,
        sync_id,
        table_name,
        write_number,
        min(case when message_event = 'write_to_table_start' then occurred_at end) as write_started_at,
        max(case when message_event = 'write_to_table_end' then occurred_at end) as write_completed_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at
    from write_events
    group by 1, 2, 3, 4, 5

),

schemas as (

    select
        sync_key,
        table_name,
        count(*) as schemas,
        min(schema_name) as only_schema_name
    from changed
    group by 1, 2

),

write_counts as (

    select
        sync_key,
        table_name,
        count(*) as writes
    from writes
    group by 1, 2

),

schema_order as (

    select
        sync_key,
        schema_name,
        table_name,
        row_number() over (partition by sync_key, table_name order by first_change_at, schema_name) as schema_number
    from changed

),

write_order as (

    select
        writes.*,
        row_number() over (partition by sync_key, table_name order by write_number) as write_order
    from writes

),

placed_writes as (

    select
        write_order.*,
        case
            when schemas.schemas = 1 then schemas.only_schema_name
            when schemas.schemas = write_counts.writes then schema_order.schema_name
        end as schema_name
    from write_order
    left join schemas on write_order.sync_key = schemas.sync_key and write_order.table_name = schemas.table_name
    left join write_counts on write_order.sync_key = write_counts.sync_key and write_order.table_name = write_counts.table_name
    left join schema_order
        on
            write_order.sync_key = schema_order.sync_key
            and write_order.table_name = schema_order.table_name
            and write_order.write_order = schema_order.schema_number

),

pieces as (

    select
        sync_key,
        connection_id,
        sync_id,
        schema_name,
        table_name,
        cast(null as {{ dbt.type_timestamp() }}) as write_started_at,
        cast(null as {{ dbt.type_timestamp() }}) as write_completed_at,
        rows_replaced_or_inserted,
        rows_updated,
        rows_deleted,
        rows_synced,
        last_event_at,
        loaded_at
    from changed

    union all

    select
        sync_key,
        connection_id,
        sync_id,
        schema_name,
        table_name,
        write_started_at,
        write_completed_at,
        0 as rows_replaced_or_inserted,
        0 as rows_updated,
        0 as rows_deleted,
        0 as rows_synced,
        last_event_at,
        loaded_at
    from placed_writes

)

select
    {{ dbt.hash("sync_key || '|' || coalesce(schema_name, '~') || '|' || table_name") }} as table_sync_key,
    sync_key,
    max(connection_id) as connection_id,
    max(sync_id) as sync_id,
    schema_name,
    table_name,
    min(write_started_at) as write_started_at,
    max(write_completed_at) as write_completed_at,
    {{ fivetran_logs.sum_rows('rows_replaced_or_inserted') }} as rows_replaced_or_inserted,
    {{ fivetran_logs.sum_rows('rows_updated') }} as rows_updated,
    {{ fivetran_logs.sum_rows('rows_deleted') }} as rows_deleted,
    {{ fivetran_logs.sum_rows('rows_synced') }} as rows_synced,
    max(last_event_at) as last_event_at,
    max(loaded_at) as loaded_at
from pieces
group by sync_key, schema_name, table_name
