-- The names behind the ids of change events, and how much hangs on each object: through lineage for a source object, itself
-- for a destination object. Accounts without the lineage tables get nulls, not zeros: unknown is not none.

{%- set sides = ['source', 'destination'] %}

with

{% for side in sides %}
{% for level in ['schema', 'table', 'column'] -%}
{{ side }}_{{ level }}s as (

    select * from {{ ref('stg_fivetran_log__' ~ side ~ '_' ~ level) }}

),
{% endfor %}
{%- endfor %}

table_lineage as (

    select
        source_table_id,
        count(distinct destination_table_id) as downstream_tables
    from {{ ref('stg_fivetran_log__table_lineage') }}
    group by source_table_id

),

column_lineage as (

    select
        source_column_id,
        count(distinct destination_column_id) as downstream_columns
    from {{ ref('stg_fivetran_log__column_lineage') }}
    group by source_column_id

),

has_lineage as (

    select case when exists (select 1 from table_lineage) then 0 end as downstream_without_entry

),

{% for side in sides %}
{{ side }}_column_weights as (

    select
        columns.id,
        columns.table_id,
        {%- if side == 'source' %}
        coalesce(column_lineage.downstream_columns, has_lineage.downstream_without_entry) as downstream_columns
    from source_columns as columns
    left join column_lineage on columns.id = column_lineage.source_column_id
    cross join has_lineage
        {%- else %}
        1 as downstream_columns
    from destination_columns as columns
        {%- endif %}

),

{{ side }}_table_weights as (

    select
        tables.id,
        tables.schema_id,
        {%- if side == 'source' %}
        coalesce(max(table_lineage.downstream_tables), max(has_lineage.downstream_without_entry)) as downstream_tables,
        {%- else %}
        1 as downstream_tables,
        {%- endif %}
        coalesce(sum(weights.downstream_columns), 0) as downstream_columns
    from {{ side }}_tables as tables
    left join {{ side }}_column_weights as weights on tables.id = weights.table_id
    {%- if side == 'source' %}
    left join table_lineage on tables.id = table_lineage.source_table_id
    cross join has_lineage
    {%- endif %}
    group by tables.id, tables.schema_id

),

{{ side }}_schema_weights as (

    select
        schema_id,
        sum(downstream_tables) as downstream_tables,
        sum(downstream_columns) as downstream_columns
    from {{ side }}_table_weights
    group by schema_id

){{ ',' if not loop.last }}
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
    weights.downstream_tables,
    weights.downstream_columns
from {{ side }}_schemas as schemas
left join {{ side }}_schema_weights as weights on schemas.id = weights.schema_id

union all

select
    '{{ side }}' as side,
    'table' as change_level,
    tables.id as object_id,
    tables.connection_id,
    schemas.name as schema_name,
    tables.name as table_name,
    cast(null as {{ dbt.type_string() }}) as column_name,
    weights.downstream_tables,
    weights.downstream_columns
from {{ side }}_tables as tables
left join {{ side }}_schemas as schemas on tables.schema_id = schemas.id
left join {{ side }}_table_weights as weights on tables.id = weights.id

union all

select
    '{{ side }}' as side,
    'column' as change_level,
    columns.id as object_id,
    columns.connection_id,
    schemas.name as schema_name,
    tables.name as table_name,
    columns.name as column_name,
    table_weights.downstream_tables,
    weights.downstream_columns
from {{ side }}_columns as columns
left join {{ side }}_tables as tables on columns.table_id = tables.id
left join {{ side }}_schemas as schemas on tables.schema_id = schemas.id
left join {{ side }}_table_weights as table_weights on columns.table_id = table_weights.id
left join {{ side }}_column_weights as weights on columns.id = weights.id
{{ 'union all' if not loop.last }}
{% endfor %}
