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

-- Rows come from records_modified, which names schema and table. Write events name the table alone: where a name occurs in two schemas
-- of a sync, as many writes as schemas are paired in order of time; other writes have no schema. Only events of such names are sorted.
-- depends_on: {{ ref('int_fivetran_log__legacy_sync_events') }}

{%- set of_tables = "table_name is not null and log_source = 'log'"
    ~ " and message_event in ('records_modified', 'write_to_table_start', 'write_to_table_end')" %}
{%- set new_events = fivetran_logs.new_events_of_syncs(
    fivetran_logs.newest_stored(), '(' ~ of_tables ~ ' or message_event = ' ~ fivetran_logs.left_sync() ~ ')'
) %}
{%- set first_event_at = fivetran_logs.first_event_of_changed_syncs(new_events) %}
{%- set schema = "case when message_event = 'records_modified' then coalesce(schema_name, '~') end" %}

with

changed_syncs as (

    select distinct sync_key
    from {{ ref('int_fivetran_log__sync_events') }}
    where {{ new_events }}

),

names as (

    select
        sync_key,
        table_name,
        max(case when message_event = 'records_modified' then schema_name end) as schema_name,
        {{ fivetran_logs.table_sync_measures() }},
        coalesce(min({{ schema }}) <> max({{ schema }}), false) as is_in_several_schemas
    from {{ ref('int_fivetran_log__sync_events') }}
    where
        {{ of_tables }}
        and {{ fivetran_logs.of_changed_syncs(first_event_at) | indent(4) }}
    group by 1, 2

),

-- a write runs from a start to the last end before the next start: several ends per start occur
events_of_several_schemas as (

    select
        events.*,
        case when message_event = 'records_modified' then 0 else 1 end as is_write,
        sum(case when message_event = 'write_to_table_start' then 1 else 0 end) over (
            partition by events.sync_key, events.table_name, case when message_event = 'records_modified' then 0 else 1 end
            order by occurred_at, case when message_event = 'write_to_table_start' then 0 else 1 end, event_key
            rows between unbounded preceding and current row
        ) as starts
    from (
        select * from {{ ref('int_fivetran_log__sync_events') }}
        where
            {{ of_tables }}
            and {{ fivetran_logs.of_changed_syncs(first_event_at) | indent(8) }}
    ) as events
    inner join (select sync_key, table_name from names where is_in_several_schemas) as several
        on
            events.sync_key = several.sync_key
            and events.table_name = several.table_name

),

schemas as (

    select
        sync_key,
        table_name,
        schema_name,
        row_number() over (partition by sync_key, table_name order by min(occurred_at), schema_name) as schema_number,
        count(*) over (partition by sync_key, table_name) as schema_count
    from events_of_several_schemas
    where is_write = 0
    group by 1, 2, 3

),

numbered as (

    select
        *,
        starts - min(starts) over (partition by sync_key, table_name, is_write) + 1 as write_number,
        max(starts) over (partition by sync_key, table_name, is_write) - min(starts) over (partition by sync_key, table_name, is_write) + 1
            as write_count
    from events_of_several_schemas

),

placed as (

    select
        numbered.*,
        case when numbered.is_write = 1 then schemas.schema_name else numbered.schema_name end as placed_schema_name
    from numbered
    left join schemas
        on
            numbered.sync_key = schemas.sync_key
            and numbered.table_name = schemas.table_name
            and numbered.is_write = 1
            and numbered.write_number = schemas.schema_number
            and numbered.write_count = schemas.schema_count

),

table_syncs as (

    select * from names
    where not is_in_several_schemas

    union all

    select
        sync_key,
        table_name,
        placed_schema_name as schema_name,
        {{ fivetran_logs.table_sync_measures() }},
        true as is_in_several_schemas
    from placed
    group by 1, 2, 3

)

select
    {{ dbt.hash("sync_key || '|' || coalesce(schema_name, '~') || '|' || table_name") }} as table_sync_key,
    sync_key,
    connection_id,
    sync_id,
    schema_name,
    table_name,
    write_started_at,
    write_completed_at,
    rows_replaced_or_inserted,
    rows_updated,
    rows_deleted,
    rows_synced,
    first_event_at,
    last_event_at,
    loaded_at,
    {{ fivetran_logs.rules_column() }}
from table_syncs
