{#- How tables are made anew on DuckDB: in one statement, which a reader sees the whole of or nothing. dbt's own way makes a second
    table, renames both and drops the first: seven statements that DuckDB, whose every statement is a transaction, does not need.
    Elsewhere, and with dbt 2, whose custom materializations nobody could try here, tables are dbt's own (see dbt_project.yml).

    Hooks and grants are run as dbt runs them. Columns of a contract are cast to the types it names, as dbt does by making the table
    first and filling it then. -#}
{% materialization table_in_place, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set has_hooks = (pre_hooks or post_hooks) | length > 0 -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing is not none and not existing.is_table -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {%- call statement('main', auto_begin=has_hooks) -%}
        create or replace table {{ target_relation }} as (
            {{ fivetran_logs.sql_of_contract(compiled_code) }}
        )
    {%- endcall -%}
    {%- do create_indexes(target_relation) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if has_hooks -%}
        {{ adapter.commit() }}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The SQL of a model with each column in the type that its contract names; as it is where there is no contract. -#}
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
