{#- Query for keys of a source table that have a null part or, unless rows may share a key, occur more than once: the table, its key's
    columns, the values, and how many rows have them. It reads what staging would show, and of the table only what it needs. Of a log it
    looks at the rows that tested_rows names. -#}
{% macro broken_source_keys(definition) %}
{%- set key = definition.meta.key %}
{%- set rows_share_keys = not definition.meta.get('distinct', true) %}
{%- set needed = {
    'name': definition.name,
    'database': definition.database,
    'identifier': definition.identifier,
    'columns': definition.columns | selectattr('name', 'in', key + ['_fivetran_synced']) | list,
    'meta': definition.meta,
} %}
{%- set values = [] %}
{%- set has_null = [] %}
{%- for column in key %}
    {%- do values.append('coalesce(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ "), 'null')") %}
    {%- do has_null.append(column ~ ' is null') %}
{%- endfor %}
select
    '{{ definition.name }}' as source_table,
    '{{ key | join(', ') }}' as key_columns,
    {{ values | join(" || ', ' || ") }} as key_values,
    count(*) as rows_with_this_key
from (
{{ fivetran_logs.stage_definition(needed, fivetran_logs.platform_schemas()) | indent(4) }}
) as staged
{%- if rows_share_keys %}
where ({{ has_null | join(' or ') }}) and {{ fivetran_logs.tested_rows('_fivetran_synced' if definition.meta.get('event_time') else none) }}
group by {{ key | join(', ') }}
{%- else %}
group by {{ key | join(', ') }}
having count(*) > 1 or {{ has_null | join(' or ') }}
{%- endif %}
{% endmacro %}
