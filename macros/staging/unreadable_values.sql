{#- SQL that counts the times and numbers of one source table which staging cannot read, one row per column that has any: column_name (as
    the source spells it), told_rows (rows with a value), unreadable_rows, example. None where the schema lacks the table or where every
    column has a type of its own, which cannot be misread. Used by `fivetran-logs check`.

    schema  one Platform schema -#}
{% macro unreadable_values(table_name, schema) %}
    {%- set definition = fivetran_logs.source_definition(table_name) -%}
    {%- set found = fivetran_logs.find_source_table(definition, schema) -%}
    {%- set doubtful = fivetran_logs.doubtful_columns(definition, found.columns) if found else [] -%}
    {{- return(fivetran_logs.unreadable_values_sql(found.relation, doubtful) if doubtful else none) -}}
{% endmacro %}


{#- The columns of times that arrived as text or numbers, and those of numbers that arrived as text: [{'name', 'text', 'value'}], the
    latter two as SQL. -#}
{% macro doubtful_columns(definition, existing) %}
    {%- set doubtful = [] -%}
    {%- for column in definition.columns -%}
        {%- set is_number = column.data_type in ('numeric', 'integer', 'bigint') -%}
        {%- set is_time = column.data_type == 'timestamp' or column.name in ('measured_date', 'measured_month') -%}
        {%- for name in column.names if name | lower in existing and (is_number or is_time) -%}
            {%- set arrived_as = existing[name | lower].data_type | lower -%}
            {%- if is_time and not arrived_as.startswith(('timestamp', 'date')) or is_number and fivetran_logs.is_text(arrived_as) -%}
                {%- set quoted = adapter.quote(existing[name | lower].name) -%}
                {%- set text = fivetran_logs.to_text(quoted, arrived_as) -%}
                {%- if is_number or column.data_type == 'timestamp' -%}
                    {%- set value = fivetran_logs.cast_source_column(quoted, arrived_as, column.data_type) -%}
                {%- else -%}
                    {%- set value = fivetran_logs.month_in_text(text) if column.name == 'measured_month' else fivetran_logs.date_in_text(text) -%}
                {%- endif -%}
                {%- do doubtful.append({'name': existing[name | lower].name, 'text': text, 'value': value}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(doubtful) -}}
{% endmacro %}


{% macro unreadable_values_sql(relation, doubtful) %}
with counted as (

    select
        {%- for column in doubtful %}
        {%- set is_told = 'trim(' ~ column.text ~ ") <> ''" %}
        {%- set is_unreadable = is_told ~ ' and ' ~ column.value ~ ' is null' %}
        sum(case when {{ is_told }} then 1 else 0 end) as told_{{ loop.index }},
        sum(case when {{ is_unreadable }} then 1 else 0 end) as unreadable_{{ loop.index }},
        min(case when {{ is_unreadable }} then {{ column.text }} end) as example_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}

)
{% for column in doubtful %}
select
    '{{ column.name }}' as column_name,
    told_{{ loop.index }} as told_rows,
    unreadable_{{ loop.index }} as unreadable_rows,
    example_{{ loop.index }} as example
from counted
where unreadable_{{ loop.index }} > 0
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{% endmacro %}
