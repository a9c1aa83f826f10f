{#- Replaces a table on DuckDB in one statement, so that a reader sees all of the new one or none. dbt creates a second table, renames
    both and drops the first: seven statements that DuckDB does not need, because each of its statements is a transaction. Other
    engines use dbt's own materialization (see dbt_project.yml), and so does dbt 2, on which we could not test ours.

    Columns of a contract are cast to its types; dbt gets the same result by creating the table first and filling it later. -#}
{% materialization table_in_place, adapter='duckdb' %}
    {{- return(fivetran_logs.replaced_relation(load_cached_relation(this), 'table')) -}}
{% endmaterialization %}


{#- The SQL of a model with each column cast to the type in its contract; unchanged without a contract. -#}
{% macro sql_of_contract(sql) %}
    {%- if not config.get('contract').enforced -%}
        {{- return(sql) -}}
    {%- endif -%}
    {{ get_assert_columns_equivalent(sql) }}
    select
        {%- for column in model.columns.values() %}
        {%- set name = adapter.quote(column.name) if column.get('quote') else column.name %}
        cast({{ name }} as {{ column.data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as of_any_type
{% endmacro %}
