{#- SQL that counts the times of one source table which staging cannot read, one row per column that has any: column_name (as the
    source spells it), told_rows (rows with a value), unreadable_rows, example. None where the schema lacks the table or where every time
    has a type of times, which cannot be misread. Used by `fivetran-logs check`.

    schema  one Platform schema -#}
{% macro unreadable_times(table_name, schema) %}
    {%- set definition = fivetran_logs.source_definition(table_name) -%}
    {%- set found = fivetran_logs.find_source_table(definition, schema) -%}
    {%- set doubtful = fivetran_logs.doubtful_times(definition, found.columns) if found else [] -%}
    {{- return(fivetran_logs.unreadable_times_sql(found.relation, doubtful) if doubtful else none) -}}
{% endmacro %}


{#- The columns of times that arrived as text or numbers: [{'name', 'text', 'time'}], the latter two as SQL. -#}
{% macro doubtful_times(definition, existing) %}
    {%- set doubtful = [] -%}
    {%- for column in definition.columns if column.data_type == 'timestamp' or column.name in ('measured_date', 'measured_month') -%}
        {%- for name in column.names if name | lower in existing -%}
            {%- set arrived_as = existing[name | lower].data_type | lower -%}
            {%- if not arrived_as.startswith(('timestamp', 'date')) -%}
                {%- set quoted = adapter.quote(existing[name | lower].name) -%}
                {%- set text = fivetran_logs.to_text(quoted, arrived_as) -%}
                {%- if column.data_type == 'timestamp' -%}
                    {%- set time = fivetran_logs.cast_source_column(quoted, arrived_as, 'timestamp') -%}
                {%- else -%}
                    {%- set time = fivetran_logs.month_in_text(text) if column.name == 'measured_month' else fivetran_logs.date_in_text(text) -%}
                {%- endif -%}
                {%- do doubtful.append({'name': existing[name | lower].name, 'text': text, 'time': time}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(doubtful) -}}
{% endmacro %}


{% macro unreadable_times_sql(relation, doubtful) %}
with counted as (

    select
        {%- for column in doubtful %}
        {%- set is_told = 'trim(' ~ column.text ~ ") <> ''" %}
        {%- set is_unreadable = is_told ~ ' and ' ~ column.time ~ ' is null' %}
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
