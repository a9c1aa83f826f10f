{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What hangs on the tables that a change reaches: itself in the destination, through lineage what a changed source table feeds, and all
-- tables of a changed schema. What reads a column is not known, so a column has the readers of its table.

with

changes as (

    select
        change_id,
        connection_id,
        side,
        lower(schema_name) as schema_name,
        lower(table_name) as table_name
    from {{ ref('int_fivetran_log__schema_changes') }}
    where connection_id is not null and (schema_name is not null or table_name is not null)

),

links as (

    select
        connection_id,
        lower(source_schema_name) as source_schema_name,
        lower(source_table_name) as source_table_name,
        lower(destination_schema_name) as schema_name,
        lower(destination_table_name) as table_name
    from {{ ref('int_fivetran_log__table_links') }}
    where destination_table_name is not null and coalesce(is_living, true)

),

table_use as (

    select * from {{ ref('int_fivetran_log__table_use') }}

),

readers as (

    select * from {{ fivetran_logs.seed_table('fivetran_dbt_readers') }}

),

destination_tables as (

    select
        connection_id,
        schema_name,
        table_name
    from links

    {{ fivetran_logs.union_distinct() }}

    select
        connection_id,
        schema_name,
        table_name
    from table_use

),

reached as (

    -- the table itself, also one that is gone by now
    select
        change_id,
        connection_id,
        schema_name,
        table_name
    from changes
    where side = 'destination' and table_name is not null

    {{ fivetran_logs.union_distinct() }}

    select
        changes.change_id,
        changes.connection_id,
        destination_tables.schema_name,
        destination_tables.table_name
    from changes
    inner join destination_tables
        on changes.connection_id = destination_tables.connection_id and changes.schema_name = destination_tables.schema_name
    where changes.side = 'destination' and changes.table_name is null

    {{ fivetran_logs.union_distinct() }}

    select
        changes.change_id,
        changes.connection_id,
        links.schema_name,
        links.table_name
    from changes
    inner join links
        on
            changes.connection_id = links.connection_id
            and coalesce(changes.schema_name, '') = coalesce(links.source_schema_name, '')
            and (changes.table_name = links.source_table_name or changes.table_name is null)
    where changes.side = 'source'

),

of_tables as (

    select
        reached.change_id,
        coalesce(table_use.paid_rows, 0) as paid_rows,
        {{ fivetran_logs.known_readers('downstream_models', 'reached.table_name') }} as downstream_models,
        {{ fivetran_logs.known_readers('downstream_exposures', 'reached.table_name') }} as downstream_exposures,
        readers.model_names,
        readers.exposure_names,
        readers.exposure_owners
    from reached
    left join table_use
        on
            reached.connection_id = table_use.connection_id
            and reached.schema_name = table_use.schema_name
            and reached.table_name = table_use.table_name
    left join readers on {{ fivetran_logs.is_read_table('reached.schema_name', 'reached.table_name') }}

)

select
    change_id,
    {{ fivetran_logs.sum_rows('paid_rows') }} as paid_active_rows,
    {{ fivetran_logs.sum_rows('downstream_models') }} as downstream_models,
    {{ fivetran_logs.sum_rows('downstream_exposures') }} as downstream_exposures,
    -- of a schema the numbers say enough
    case when count(*) = 1 then max(model_names) end as downstream_model_names,
    case when count(*) = 1 then max(exposure_names) end as downstream_exposure_names,
    case when count(*) = 1 then max(exposure_owners) end as downstream_owners
from of_tables
group by change_id
