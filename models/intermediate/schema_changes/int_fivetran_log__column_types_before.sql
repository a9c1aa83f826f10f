{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The type a column was last known to have before each change, from an earlier change or from the event that made its table. A
-- column that was dropped has none.

{%- set column_key = 'side, connection_id, schema_key, table_key, column_key' %}

with

changes as (

    select * from {{ ref('int_fivetran_log__distinct_schema_changes') }}

),

log_changes as (

    select * from {{ ref('int_fivetran_log__located_log_changes') }}

),

column_changes as (

    select
        change_id,
        change_detected_at,
        change_type,
        side,
        connection_id,
        lower(coalesce(schema_name, '')) as schema_key,
        lower(table_name) as table_key,
        lower(column_name) as column_key,
        column_name,
        case when change_type <> 'dropped' then new_data_type end as data_type
    from changes
    where column_name is not null

),

changed_columns as (

    select distinct
        {{ column_key | replace(', ', ',\n        ') }},
        column_name
    from column_changes
    where side = 'destination' and change_type in ('type_changed', 'dropped')

),

types_recorded as (

    select
        change_id,
        change_detected_at,
        change_type,
        {{ column_key | replace(', ', ',\n        ') }},
        data_type
    from column_changes

    union all

    select
        '' as change_id,
        created.change_detected_at,
        created.change_type,
        changed_columns.{{ column_key | replace(', ', ',\n        changed_columns.') }},
        {{ fivetran_logs.type_created('created.columns_created', 'changed_columns.column_name') }} as data_type
    from changed_columns
    inner join log_changes as created
        on
            changed_columns.connection_id = created.connection_id
            and changed_columns.schema_key = lower(coalesce(created.schema_name, ''))
            and changed_columns.table_key = lower(created.table_name)
    where created.columns_created is not null

),

-- a number for each time the type was recorded, shared by the rows after it that do not say
numbered as (

    select
        *,
        sum(case when data_type is not null or change_type = 'dropped' then 1 else 0 end) over (
            partition by {{ column_key }} order by change_detected_at, change_id rows between unbounded preceding and current row
        ) as recording_number
    from types_recorded

),

known as (

    select
        *,
        max(data_type) over (partition by {{ column_key }}, recording_number) as known_type
    from numbered

),

before as (

    select
        change_id,
        lag(known_type) over (partition by {{ column_key }} order by change_detected_at, change_id) as data_type
    from known

)

select
    change_id,
    data_type
from before
where change_id <> ''
