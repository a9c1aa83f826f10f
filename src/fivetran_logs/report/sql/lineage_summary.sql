with

columns as (

    select
        count(*) as known_columns,
        sum(case when is_living and known_on = 'both' then 1 else 0 end) as linked_columns,
        sum(case when known_on = 'source' then 1 else 0 end) as source_only_columns,
        sum(case when known_on = 'destination' then 1 else 0 end) as destination_only_columns,
        sum(case when known_on in ('source', 'destination') then 1 else 0 end) as one_sided_columns
    from {{ ref('fct_fivetran_column_lineage') }}
    where coalesce(is_living, true)

),

tables as (

    select
        sum(case when is_living and known_on = 'both' then 1 else 0 end) as linked_tables,
        count(distinct case when is_living and known_on = 'both' then connection_id end) as connections,
        sum(case when downstream_models + downstream_exposures > 0 then 1 else 0 end) as read_tables,
        sum(case when downstream_models + downstream_exposures = 0 then 1 else 0 end) as unread_tables,
        sum(case when downstream_exposures > 0 then 1 else 0 end) as tables_of_exposures
    from {{ ref('fct_fivetran_table_lineage') }}
    where coalesce(is_living, true)

)

select
    columns.known_columns,
    columns.linked_columns,
    columns.source_only_columns,
    columns.destination_only_columns,
    columns.one_sided_columns,
    tables.linked_tables,
    tables.connections,
    tables.read_tables,
    tables.unread_tables,
    tables.tables_of_exposures
from columns
cross join tables
