{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key='sync_key',
        partition_by=fivetran_logs.partitioned_by('first_event_at'),
        indexes=fivetran_logs.indexed_by(['sync_key', 'last_event_at', 'loaded_at']),
        on_schema_change='append_new_columns',
        pre_hook=["{{ fivetran_logs.forget_the_future() }}", "{{ fivetran_logs.forget_regrouped_syncs() }}"],
    )
}}

-- Rows come from records_modified, which names schema and table. Write events name the table alone: where one name occurs in two
-- schemas of a sync, as many writes as schemas are paired in order of time, and any other number is left without a schema.
-- depends_on: {{ ref('int_fivetran_log__legacy_sync_events') }}

{%- set written = "table_name is not null and log_source = 'log'"
    ~ " and message_event in ('records_modified', 'write_to_table_start', 'write_to_table_end')" %}

with

{{ fivetran_logs.touched_syncs(written) }}

changed as (

    select
        sync_key,
        schema_name,
        table_name,
        {{ dbt.any_value('connection_id') }} as connection_id,
        {{ dbt.any_value('sync_id') }} as sync_id,
        {{ fivetran_logs.sum_rows("case when operation_type = 'REPLACED_OR_INSERTED' then row_count else 0 end") }} as rows_replaced_or_inserted,
        {{ fivetran_logs.sum_rows("case when operation_type = 'UPDATED' then row_count else 0 end") }} as rows_updated,
        {{ fivetran_logs.sum_rows("case when operation_type = 'DELETED' then row_count else 0 end") }} as rows_deleted,
        {{ fivetran_logs.sum_rows('coalesce(row_count, 0)') }} as rows_synced,
        row_number() over (partition by sync_key, table_name order by min(occurred_at), schema_name) as schema_number,
        count(*) over (partition by sync_key, table_name) as schemas_of_name,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at
    from {{ fivetran_logs.events_of_touched_syncs(written ~ " and message_event = 'records_modified'", written) | indent(4) }}
    group by 1, 2, 3

),

-- a write runs from a start to the last end before the next start: several ends per start occur
write_events as (

    select
        sync_key,
        connection_id,
        sync_id,
        table_name,
        message_event,
        occurred_at,
        loaded_at,
        sum(case when message_event = 'write_to_table_start' then 1 else 0 end) over (
            partition by sync_key, table_name
            order by occurred_at, case when message_event = 'write_to_table_start' then 0 else 1 end, event_key
            rows between unbounded preceding and current row
        ) as write_number
    from {{ fivetran_logs.events_of_touched_syncs(written ~ " and message_event <> 'records_modified'", written) | indent(4) }}

),

writes as (

    select
        sync_key,
        table_name,
        {{ dbt.any_value('connection_id') }} as connection_id,
        {{ dbt.any_value('sync_id') }} as sync_id,
        row_number() over (partition by sync_key, table_name order by write_number) as write_number,
        count(*) over (partition by sync_key, table_name) as writes_of_name,
        min(case when message_event = 'write_to_table_start' then occurred_at end) as write_started_at,
        max(case when message_event = 'write_to_table_end' then occurred_at end) as write_completed_at,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at
    from write_events
    group by 1, 2, write_events.write_number

),

pieces as (

    select
        sync_key,
        connection_id,
        sync_id,
        schema_name,
        table_name,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as write_started_at,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as write_completed_at,
        rows_replaced_or_inserted,
        rows_updated,
        rows_deleted,
        rows_synced,
        first_event_at,
        last_event_at,
        loaded_at
    from changed

    union all

    select
        writes.sync_key,
        writes.connection_id,
        writes.sync_id,
        changed.schema_name,
        writes.table_name,
        writes.write_started_at,
        writes.write_completed_at,
        0 as rows_replaced_or_inserted,
        0 as rows_updated,
        0 as rows_deleted,
        0 as rows_synced,
        writes.first_event_at,
        writes.last_event_at,
        writes.loaded_at
    from writes
    left join changed
        on
            writes.sync_key = changed.sync_key
            and writes.table_name = changed.table_name
            and (
                changed.schemas_of_name = 1
                or (changed.schemas_of_name = writes.writes_of_name and changed.schema_number = writes.write_number)
            )

)

select
    {{ dbt.hash("sync_key || '|' || coalesce(schema_name, '~') || '|' || table_name") }} as table_sync_key,
    sync_key,
    {{ dbt.any_value('connection_id') }} as connection_id,
    {{ dbt.any_value('sync_id') }} as sync_id,
    schema_name,
    table_name,
    min(write_started_at) as write_started_at,
    max(write_completed_at) as write_completed_at,
    {{ fivetran_logs.sum_rows('rows_replaced_or_inserted') }} as rows_replaced_or_inserted,
    {{ fivetran_logs.sum_rows('rows_updated') }} as rows_updated,
    {{ fivetran_logs.sum_rows('rows_deleted') }} as rows_deleted,
    {{ fivetran_logs.sum_rows('rows_synced') }} as rows_synced,
    min(first_event_at) as first_event_at,
    max(last_event_at) as last_event_at,
    max(loaded_at) as loaded_at
from pieces
group by sync_key, schema_name, table_name
