{#- Replaces a table on DuckDB in one statement, so that a reader sees all of the new one or none. dbt creates a second table, renames
    both and drops the first: seven statements that DuckDB does not need, because each of its statements is a transaction. Other
    engines use dbt's own materialization (see dbt_project.yml), and so does dbt 2, on which we could not test ours.

    Hooks and grants run as in dbt. Columns of a contract are cast to its types; dbt gets the same result by creating the table
    first and filling it later. -#}
{% materialization table_in_place, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set is_more_than_one_statement = fivetran_logs.is_more_than_one_statement(pre_hooks, post_hooks) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing is not none and not existing.is_table -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {%- call statement('main', auto_begin=is_more_than_one_statement) -%}
        create or replace table {{ target_relation }} as (
            {{ fivetran_logs.sql_of_contract(compiled_code) }}
        )
    {%- endcall -%}
    {%- do create_indexes(target_relation) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if is_more_than_one_statement -%}
        {{ adapter.commit() }}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
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


{#- Whether a transaction is needed: hooks, grants, comments and indexes come with the relation or not at all. -#}
{% macro is_more_than_one_statement(pre_hooks, post_hooks) %}
    {{- return(
        (pre_hooks or post_hooks) | length > 0
        or config.get('grants') or config.get('indexes')
        or config.persist_relation_docs() or config.persist_column_docs()
    ) -}}
{% endmacro %}
