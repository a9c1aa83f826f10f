{#- Query: one row per source table or column that is missing, and per table that has no row, in all Platform schemas together. A column is
    named table.column. Of an empty table its columns are not looked at. -#}
{% macro source_gaps() %}
{%- set pieces = [] -%}
{%- for definition in fivetran_logs.source_definitions() | sort(attribute='name') -%}
    {%- set found = [] -%}
    {%- for schema in fivetran_logs.platform_schemas() -%}
        {%- set table = fivetran_logs.find_source_table(definition, schema) -%}
        {%- if table -%}{%- do found.append(table) -%}{%- endif -%}
    {%- endfor -%}
    {%- set plan = ' (of the ' ~ definition.meta.plan ~ ' plan)' if definition.meta.get('plan') else '' -%}
    {%- if not found -%}
        {%- do pieces.append(fivetran_logs.source_gap(definition.name, definition.name, 'missing', plan)) -%}
    {%- else -%}
        {%- set no_rows = [] -%}
        {%- for table in found -%}
            {%- do no_rows.append('not exists (select 1 from ' ~ table.relation ~ ')') -%}
        {%- endfor -%}
        {%- do pieces.append(fivetran_logs.source_gap(definition.name, definition.name, 'empty', '', no_rows | join(' and '))) -%}
        {%- for column in definition.columns -%}
            {%- set is_there = [] -%}
            {%- for table in found -%}
                {%- for name in column.names if name | lower in table.columns -%}{%- do is_there.append(true) -%}{%- endfor -%}
            {%- endfor -%}
            {%- if not is_there -%}
                {%- do pieces.append(fivetran_logs.source_gap(definition.name, definition.name ~ '.' ~ column.name, 'missing', '')) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endfor -%}
{{ pieces | join('\nunion all\n') }}
{% endmacro %}


{% macro source_gap(table_name, name, gap, plan, condition=none) -%}
select
    cast('{{ name }}' as {{ dbt.type_string() }}) as source_name,
    cast('{{ table_name }}' as {{ dbt.type_string() }}) as table_name,
    cast('{{ gap }}' as {{ dbt.type_string() }}) as gap,
    cast('{{ name ~ plan }}' as {{ dbt.type_string() }}) as source_words
{%- if condition %}
from (select 1 as one) as one_row
where {{ condition }}
{%- endif %}
{%- endmacro %}
