{#- Replaces a table or view of this model by one with the model's SQL, and returns what a materialization returns. Hooks, grants, indexes
    and comments as in dbt.

    existing       the relation that has the model's name now, or none
    relation_type  of the new one: table or view -#}
{% macro replaced_relation(existing, relation_type) %}
    {%- set target_relation = this.incorporate(type=relation_type) -%}
    {%- set is_more_than_one_statement = fivetran_logs.is_more_than_one_statement(pre_hooks, post_hooks) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing is not none and existing.type != relation_type -%}
        {{ drop_relation_if_exists(existing) }}
    {%- endif -%}
    {%- call statement('main', auto_begin=is_more_than_one_statement) -%}
        {%- if relation_type == 'view' -%}
            {{ adapter.dispatch('replace_view', 'fivetran_logs')(target_relation, sql) }}
        {%- else -%}
            create or replace table {{ target_relation }} as (
                {{ fivetran_logs.sql_of_contract(sql) }}
            )
            {{- fivetran_logs.note_of_contract(target_relation) -}}
        {%- endif -%}
    {%- endcall -%}
    {%- if relation_type == 'table' -%}
        {%- do create_indexes(target_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if is_more_than_one_statement -%}
        {{ adapter.commit() }}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{- return({'relations': [target_relation]}) -}}
{% endmacro %}


{#- Whether a transaction is needed: hooks, grants, comments and indexes come with the relation or not at all. -#}
{% macro is_more_than_one_statement(pre_hooks, post_hooks) %}
    {{- return(
        (pre_hooks or post_hooks) | length > 0
        or config.get('grants') or config.get('indexes')
        or config.persist_relation_docs() or config.persist_column_docs()
    ) -}}
{% endmacro %}
