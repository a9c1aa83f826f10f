{#- Stages source tables from given schemas and prints the results as JSON lines, for tests of hundreds of incomplete accounts in
    one run. `dbt run-operation staged_columns --args '{cases: [[schema, table], ...]}'` -#}
{% macro staged_columns(cases) %}
    {%- for schema, table_name in cases -%}
        {%- set answer = run_query(
            'select count(*) as row_count, '
            ~ "min(staged.platform_schema) as platform_schema from (" ~ fivetran_logs.stage_from_schemas(table_name, [schema]) ~ ') as staged'
        ) -%}
        {%- set columns = [] -%}
        {%- for column in adapter.get_column_schema_from_query(fivetran_logs.stage_from_schemas(table_name, [schema])) -%}
            {%- do columns.append([column.name, column.dtype]) -%}
        {%- endfor -%}
        {{- print(tojson({
            'schema': schema,
            'table': table_name,
            'rows': answer.rows[0][0] | int,
            'platform_schema': answer.rows[0][1],
            'columns': columns,
        })) -}}
    {%- endfor -%}
{% endmacro %}
