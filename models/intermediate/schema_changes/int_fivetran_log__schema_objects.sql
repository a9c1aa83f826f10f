{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The names behind the ids of change events, and how much hangs on each object: through lineage for a source object, itself
-- for a destination object. Accounts without the lineage tables get nulls, not zeros: unknown is not none. Of millions of columns few
-- change, so that only those with an event are counted.

{%- set sides = ['source', 'destination'] %}

with

{% for side in sides %}
{% for level in ['schema', 'table', 'column'] -%}
{{ side }}_{{ level }}s as (

    select * from {{ ref('stg_fivetran_log__' ~ side ~ '_' ~ level) }}

),
{% endfor %}
{%- endfor %}

changed as (

    select * from {{ ref('int_fivetran_log__changed_objects') }}

),

{% for side in sides %}
{% for level in ['schema', 'table', 'column'] -%}
changed_{{ side }}_{{ level }}s as (

    select {{ level }}s.*
    from {{ side }}_{{ level }}s as {{ level }}s
    inner join changed on {{ level }}s.id = changed.object_id and changed.side = '{{ side }}' and changed.change_level = '{{ level }}'

),

{% endfor -%}
-- a column may have to answer by its table
counted_{{ side }}_schemas as (

    select id from changed_{{ side }}_schemas

),

counted_{{ side }}_tables as (

    select id from changed_{{ side }}_tables
    {{ fivetran_logs.union_distinct() }}
    select table_id as id from changed_{{ side }}_columns

),

counted_{{ side }}_columns as (

    select id from changed_{{ side }}_columns

),
{% endfor %}

-- what an object feeds: the lineage of the source, and on the destination side each table and column itself
source_table_feeds as (

    select
        source_table_id as id,
        destination_table_id
    from {{ ref('stg_fivetran_log__table_lineage') }}

),

source_column_feeds as (

    select
        column_lineage.source_column_id as id,
        column_lineage.destination_column_id,
        destination_columns.table_id as destination_table_id
    from {{ ref('stg_fivetran_log__column_lineage') }} as column_lineage
    left join destination_columns on column_lineage.destination_column_id = destination_columns.id

),

destination_table_feeds as (

    select
        id,
        id as destination_table_id
    from destination_tables

),

destination_column_feeds as (

    select
        id,
        id as destination_column_id,
        table_id as destination_table_id
    from destination_columns

),

{% for side in sides %}
-- null plus a count is null: where nothing at all is known of tables (or columns), none is not the answer
{{ side }}_known as (

    select
        case when exists (select 1 from {{ side }}_table_feeds) then 0 end as no_tables,
        case when exists (select 1 from {{ side }}_column_feeds) then 0 end as no_columns

),

{% for level in ['schema', 'table', 'column'] -%}
{%- set of_tables = 'column' if level == 'column' else 'table' -%}
{{ side }}_{{ level }}_reach as (

    select
        {{ level }}s.id,
        max(known.no_{{ of_tables }}s) + count(distinct {{ of_tables }}_feeds.destination_table_id) as downstream_tables,
        max(known.no_columns) + count(distinct column_feeds.destination_column_id) as downstream_columns
    from counted_{{ side }}_{{ level }}s as {{ level }}s
    cross join {{ side }}_known as known
    {%- if level == 'schema' %}
    left join {{ side }}_tables as tables on schemas.id = tables.schema_id
    {%- endif %}
    {%- if level != 'column' %}
    left join {{ side }}_table_feeds as table_feeds on tables.id = table_feeds.id
    left join {{ side }}_columns as columns on tables.id = columns.table_id
    {%- endif %}
    left join {{ side }}_column_feeds as column_feeds on columns.id = column_feeds.id
    group by {{ level }}s.id

){{ ',' if not (loop.last and side == 'destination') }}

{% endfor -%}
{% endfor %}
{% for side in sides %}
select
    '{{ side }}' as side,
    'schema' as change_level,
    schemas.id as object_id,
    schemas.connection_id,
    schemas.name as schema_name,
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as {{ dbt.type_string() }}) as column_name,
    reach.downstream_tables,
    reach.downstream_columns
from changed_{{ side }}_schemas as schemas
left join {{ side }}_schema_reach as reach on schemas.id = reach.id

union all

select
    '{{ side }}' as side,
    'table' as change_level,
    tables.id as object_id,
    tables.connection_id,
    schemas.name as schema_name,
    tables.name as table_name,
    cast(null as {{ dbt.type_string() }}) as column_name,
    reach.downstream_tables,
    reach.downstream_columns
from changed_{{ side }}_tables as tables
left join {{ side }}_schemas as schemas on tables.schema_id = schemas.id
left join {{ side }}_table_reach as reach on tables.id = reach.id

union all

select
    '{{ side }}' as side,
    'column' as change_level,
    columns.id as object_id,
    columns.connection_id,
    schemas.name as schema_name,
    tables.name as table_name,
    columns.name as column_name,
    -- the tables of the columns it feeds; of its own table where those are not known
    case
        when reach.downstream_tables > 0 or reach.downstream_columns = 0 then reach.downstream_tables
        else table_reach.downstream_tables
    end as downstream_tables,
    reach.downstream_columns
from changed_{{ side }}_columns as columns
left join {{ side }}_tables as tables on columns.table_id = tables.id
left join {{ side }}_schemas as schemas on tables.schema_id = schemas.id
left join {{ side }}_table_reach as table_reach on columns.table_id = table_reach.id
left join {{ side }}_column_reach as reach on columns.id = reach.id
{{ 'union all' if not loop.last }}
{% endfor %}
