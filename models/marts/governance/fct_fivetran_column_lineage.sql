-- A link names two objects; either may be gone, and an object may have no link. Of several links to one destination column the newest
-- counts: an older one is what a renamed or recreated source column left behind.

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

source_columns as (

    select * from {{ ref('stg_fivetran_log__source_column') }}

),

foreign_keys as (

    select distinct column_id
    from {{ ref('stg_fivetran_log__source_foreign_key') }}

),

destination_columns as (

    select * from {{ ref('stg_fivetran_log__destination_column') }}

),

links as (

    select
        source_column_id,
        destination_column_id,
        created_at as linked_at,
        row_number() over (
            partition by destination_column_id order by created_at desc nulls last, source_column_id desc nulls last
        ) as newest_first
    from {{ ref('stg_fivetran_log__column_lineage') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

readers as (

    select * from {{ fivetran_logs.seed_table('fivetran_dbt_readers') }}

),

pairs as (

    select
        source_column_id,
        destination_column_id,
        linked_at,
        newest_first = 1 as is_living
    from links

    union all

    select
        source_columns.id as source_column_id,
        cast(null as {{ dbt.type_bigint() }}) as destination_column_id,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as linked_at,
        cast(null as {{ dbt.type_boolean() }}) as is_living
    from source_columns
    left join links on source_columns.id = links.source_column_id
    where links.source_column_id is null

    union all

    select
        cast(null as {{ dbt.type_bigint() }}) as source_column_id,
        destination_columns.id as destination_column_id,
        cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as linked_at,
        cast(null as {{ dbt.type_boolean() }}) as is_living
    from destination_columns
    left join links on destination_columns.id = links.destination_column_id
    where links.destination_column_id is null

),

named as (

    select
        pairs.source_column_id,
        pairs.destination_column_id,
        coalesce(destination_columns.connection_id, source_columns.connection_id) as connection_id,
        destination_columns.destination_id,
        source_schemas.name as source_schema_name,
        source_tables.name as source_table_name,
        source_columns.name as source_column_name,
        source_columns.type as source_data_type,
        source_columns.is_primary_key as is_source_primary_key,
        case when source_columns.id is not null then foreign_keys.column_id is not null end as is_source_foreign_key,
        destination_schemas.name as destination_schema_name,
        destination_tables.name as destination_table_name,
        destination_columns.name as destination_column_name,
        destination_columns.type as destination_data_type,
        pairs.linked_at,
        pairs.is_living,
        case
            when source_columns.id is not null and destination_columns.id is not null then 'both'
            when source_columns.id is not null then 'source'
            when destination_columns.id is not null then 'destination'
        end as known_on
    from pairs
    left join source_columns on pairs.source_column_id = source_columns.id
    left join source_tables on source_columns.table_id = source_tables.id
    left join source_schemas on source_tables.schema_id = source_schemas.id
    left join foreign_keys on source_columns.id = foreign_keys.column_id
    left join destination_columns on pairs.destination_column_id = destination_columns.id
    left join destination_tables on destination_columns.table_id = destination_tables.id
    left join destination_schemas on destination_tables.schema_id = destination_schemas.id

)

select
    {{ fivetran_logs.hash_of(['named.source_column_id', 'named.destination_column_id']) }} as lineage_id,
    named.connection_id,
    connections.connection_name,
    connections.connector_name,
    coalesce(named.destination_id, connections.destination_id) as destination_id,
    connections.destination_name,
    named.source_column_id,
    named.source_schema_name,
    named.source_table_name,
    named.source_column_name,
    named.source_data_type,
    named.is_source_primary_key,
    named.is_source_foreign_key,
    named.destination_column_id,
    named.destination_schema_name,
    named.destination_table_name,
    named.destination_column_name,
    named.destination_data_type,
    named.linked_at,
    named.is_living,
    named.known_on,
    {{ fivetran_logs.as_rows(fivetran_logs.known_readers('downstream_models', 'named.destination_table_name')) }} as downstream_models,
    {{ fivetran_logs.as_rows(fivetran_logs.known_readers('downstream_exposures', 'named.destination_table_name')) }} as downstream_exposures,
    readers.model_names as downstream_model_names,
    readers.exposure_names as downstream_exposure_names,
    readers.exposure_owners as downstream_owners
from named
left join connections on named.connection_id = connections.connection_id
left join readers on {{ fivetran_logs.is_read_table('named.destination_schema_name', 'named.destination_table_name') }}
