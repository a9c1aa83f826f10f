{{ config(materialized=fivetran_logs.step_materialization()) }}

-- A renamed column that the log tells as one dropped and one added: one table, one sync, one type, and exactly one of each. Where two
-- could be meant, or a type is unknown, nothing is joined; nor where the source itself tells what was dropped.

{%- set same_table = 'partition by connection_id, side, sync_id, schema_key, table_key' %}

with

changes as (

    select * from {{ ref('int_fivetran_log__distinct_schema_changes') }}
    where change_level = 'column' and change_type in ('added', 'dropped') and sync_id is not null and table_name is not null

),

types_before as (

    select * from {{ ref('int_fivetran_log__column_types_before') }}

),

causes as (

    select * from {{ ref('int_fivetran_log__schema_change_causes') }}

),

typed as (

    select
        changes.change_id,
        changes.change_type,
        changes.connection_id,
        changes.side,
        changes.sync_id,
        lower(coalesce(changes.schema_name, '')) as schema_key,
        lower(changes.table_name) as table_key,
        changes.column_name,
        causes.caused_by_change_id,
        lower(case
            when changes.change_type = 'dropped' then coalesce(changes.previous_data_type, changes.new_data_type, types_before.data_type)
            else changes.new_data_type
        end) as data_type
    from changes
    left join types_before on changes.change_id = types_before.change_id
    left join causes on changes.change_id = causes.change_id

),

counted as (

    select
        *,
        {%- for type in ['added', 'dropped'] %}
        sum(case when change_type = '{{ type }}' then 1 else 0 end) over ({{ same_table }}, data_type) as columns_{{ type }},
        {%- endfor %}
        sum(case when column_name is null or data_type is null then 1 else 0 end) over ({{ same_table }}) as columns_unknown,
        {%- for column in ['change_id', 'column_name', 'caused_by_change_id'] %}
        max(case when change_type = 'dropped' then {{ column }} end) over ({{ same_table }}, data_type) as dropped_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from typed

)

select
    change_id,
    dropped_change_id,
    dropped_column_name as previous_column_name,
    data_type
from counted
where
    change_type = 'added'
    and columns_added = 1
    and columns_dropped = 1
    and columns_unknown = 0
    and dropped_caused_by_change_id is null
    and lower(dropped_column_name) <> lower(column_name)
