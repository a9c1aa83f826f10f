with

links as (

    select * from {{ ref('int_fivetran_log__table_links') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

readers as (

    select * from {{ fivetran_logs.seed_table('fivetran_dbt_readers') }}

)

select
    {{ fivetran_logs.hash_of(['links.source_table_id', 'links.destination_table_id']) }} as lineage_id,
    links.connection_id,
    connections.connection_name,
    connections.connector_name,
    coalesce(links.destination_id, connections.destination_id) as destination_id,
    connections.destination_name,
    links.source_table_id,
    links.source_schema_name,
    links.source_table_name,
    links.destination_table_id,
    links.destination_schema_name,
    links.destination_table_name,
    links.linked_at,
    links.is_living,
    links.known_on,
    {{ fivetran_logs.as_rows(fivetran_logs.known_readers('downstream_models', 'links.destination_table_name')) }} as downstream_models,
    {{ fivetran_logs.as_rows(fivetran_logs.known_readers('downstream_exposures', 'links.destination_table_name')) }} as downstream_exposures,
    readers.model_names as downstream_model_names,
    readers.exposure_names as downstream_exposure_names,
    readers.exposure_owners as downstream_owners
from links
left join connections on links.connection_id = connections.connection_id
left join readers on {{ fivetran_logs.is_read_table('links.destination_schema_name', 'links.destination_table_name') }}
