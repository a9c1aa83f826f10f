{{ config(materialized=fivetran_logs.step_materialization()) }}

-- A link names two objects; either may be gone, and an object may have no link. Of several links to one destination table the newest
-- counts: an older one is what a renamed or recreated source table left behind.

with

source_schemas as (

    select * from {{ ref('stg_fivetran_log__source_schema') }}

),

source_tables as (

    select * from {{ ref('stg_fivetran_log__source_table') }}

),

destination_schemas as (

    select * from {{ ref('stg_fivetran_log__destination_schema') }}

),

destination_tables as (

    select * from {{ ref('stg_fivetran_log__destination_table') }}

),

links as (

    select
        source_table_id,
        destination_table_id,
        created_at as linked_at,
        row_number() over (
            partition by destination_table_id order by created_at desc nulls last, source_table_id desc nulls last
        ) as newest_first
    from {{ ref('stg_fivetran_log__table_lineage') }}

),

pairs as (

    select
        source_table_id,
        destination_table_id,
        linked_at,
        newest_first = 1 as is_living
    from links

    union all

    select
        source_tables.id as source_table_id,
        cast(null as {{ dbt.type_bigint() }}) as destination_table_id,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as linked_at,
        cast(null as {{ dbt.type_boolean() }}) as is_living
    from source_tables
    left join links on source_tables.id = links.source_table_id
    where links.source_table_id is null

    union all

    select
        cast(null as {{ dbt.type_bigint() }}) as source_table_id,
        destination_tables.id as destination_table_id,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as linked_at,
        cast(null as {{ dbt.type_boolean() }}) as is_living
    from destination_tables
    left join links on destination_tables.id = links.destination_table_id
    where links.destination_table_id is null

),

named as (

    select
        pairs.source_table_id,
        pairs.destination_table_id,
        coalesce(destination_tables.connection_id, source_tables.connection_id) as connection_id,
        destination_tables.destination_id,
        source_schemas.name as source_schema_name,
        source_tables.name as source_table_name,
        destination_schemas.name as destination_schema_name,
        destination_tables.name as destination_table_name,
        pairs.linked_at,
        pairs.is_living,
        case
            when source_tables.id is not null and destination_tables.id is not null then 'both'
            when source_tables.id is not null then 'source'
            when destination_tables.id is not null then 'destination'
        end as known_on
    from pairs
    left join source_tables on pairs.source_table_id = source_tables.id
    left join source_schemas on source_tables.schema_id = source_schemas.id
    left join destination_tables on pairs.destination_table_id = destination_tables.id
    left join destination_schemas on destination_tables.schema_id = destination_schemas.id

)

select * from named
