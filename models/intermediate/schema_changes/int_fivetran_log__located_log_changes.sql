{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The log's schema changes with their schema. An event that names a table alone means the one schema that has it, where all that
-- is known of the connection leaves one.

with

logged_changes as (

    select * from {{ ref('int_fivetran_log__logged_changes') }}

),

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

named_tables as (

    select
        connection_id,
        table_name,
        schema_name
    from logged_changes

    union all

    select
        connection_id,
        table_name,
        schema_name
    from metadata_changes
    where side = 'destination'

),

only_schemas as (

    select
        connection_id,
        lower(table_name) as table_key,
        min(schema_name) as schema_name
    from named_tables
    group by connection_id, lower(table_name)
    -- with its table: on BigQuery the name alone means the column above, an aggregate
    having count(distinct lower(named_tables.schema_name)) = 1

)

select
    logged_changes.change_id,
    logged_changes.change_detected_at,
    logged_changes.connection_id,
    logged_changes.sync_id,
    coalesce(logged_changes.schema_name, only_schemas.schema_name) as schema_name,
    logged_changes.table_name,
    logged_changes.column_name,
    logged_changes.change_level,
    logged_changes.change_type,
    logged_changes.previous_data_type,
    logged_changes.new_data_type,
    logged_changes.side,
    logged_changes.evidence,
    logged_changes.columns_created
from logged_changes
left join only_schemas
    on logged_changes.connection_id = only_schemas.connection_id and lower(logged_changes.table_name) = only_schemas.table_key
