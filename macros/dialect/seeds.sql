{#- Rows of a seed as literals. In session mode dbt-spark quotes values without escaping them: a null becomes the text None,
    and an apostrophe ends the statement. dbt looks for this macro in the root project only (docs/warehouses/spark.md). -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set column_types = model.config.get('column_types', {}) -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set tuples = [] -%}
        {%- for row in chunk -%}
            {%- set values = [] -%}
            {%- for name in agate_table.column_names -%}
                {%- set data_type = column_types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
                {%- do values.append('cast(' ~ fivetran_logs.spark__literal(row[loop.index0]) ~ ' as ' ~ data_type ~ ')') -%}
            {%- endfor -%}
            {%- do tuples.append('(' ~ values | join(', ') ~ ')') -%}
        {%- endfor -%}
        {%- set sql = 'insert into ' ~ this ~ ' values\n' ~ tuples | join(',\n') -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{- return(statements[0] if statements else '') -}}
{% endmacro %}

{% macro spark__literal(value) -%}
    {{- return('null' if value is none else "'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") -}}
{%- endmacro %}

{#- Databricks uses its own macro, which binds values. -#}
{% macro databricks__load_csv_rows(model, agate_table) %}
    {{- return(dbt.databricks__load_csv_rows(model, agate_table)) -}}
{% endmacro %}
