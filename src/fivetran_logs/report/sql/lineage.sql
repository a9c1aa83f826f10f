-- A living pair of columns, or a column without one: what most hangs on comes first, since a report holds no more than 3,000.
with

ranked as (

    select
        *,
        row_number() over (
            order by
                coalesce(downstream_exposures, 0) desc,
                coalesce(downstream_models, 0) desc,
                case known_on when 'both' then 0 else 1 end,
                connection_id,
                destination_schema_name,
                destination_table_name,
                destination_column_name,
                lineage_id
        ) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_column_lineage') }}
    where coalesce(is_living, true)

)

select
    connection_id as connection,
    destination_name,
    source_schema_name,
    source_table_name,
    source_column_name,
    source_data_type,
    is_source_primary_key,
    is_source_foreign_key,
    destination_schema_name,
    destination_table_name,
    destination_column_name,
    destination_data_type,
    downstream_models,
    downstream_exposures,
    downstream_model_names,
    downstream_exposure_names,
    downstream_owners,
    all_rows
from ranked
where place <= 3000
order by place
