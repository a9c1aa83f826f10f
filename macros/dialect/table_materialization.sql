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
    {%- do fivetran_logs.check_contract(this, sql) -%}
    select
        {%- for column in model.columns.values() %}
        {%- set name = adapter.quote(column.name) if column.get('quote') else column.name %}
        cast({{ name }} as {{ column.data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as of_any_type
{% endmacro %}


{#- Compares a model's columns with its contract, on DuckDB. dbt plans the model's SQL twice for that in every build, which is a seventh of
    the statements of a build with nothing new. The answer cannot change before the model's file or its contract does, so a comment on
    the relation has a hash of both. With --full-refresh the contract is always checked, and where descriptions become comments. -#}
{% macro check_contract(relation, sql) %}
    {%- if config.get('contract').enforced -%}
        {%- set is_checked = not should_full_refresh() and not config.persist_relation_docs()
            and fivetran_logs.duckdb__comments(relation).get(relation.identifier) == fivetran_logs.hash_of_contract() -%}
        {%- if not is_checked -%}
            {%- do get_assert_columns_equivalent(sql) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- The statement that follows the one which creates a relation: the comment that its contract is checked. -#}
{% macro note_of_contract(relation) -%}
    {%- if config.get('contract').enforced and not config.persist_relation_docs() -%}
    ;
    comment on {{ relation.type }} {{ relation }} is '{{ fivetran_logs.hash_of_contract() }}'
    {%- endif -%}
{%- endmacro %}

{% macro hash_of_contract() %}
    {%- set parts = [model.checksum.checksum] -%}
    {%- for column in model.columns.values() -%}
        {%- do parts.append(column.name ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {{- return(local_md5(parts | join(', '))) -}}
{% endmacro %}

{#- The comment of each table and view in a relation's schema: {name: text}, queried once a run. -#}
{% macro duckdb__comments(relation) %}
    {%- set question = 'fivetran_logs_comments: ' ~ relation.without_identifier() -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set of_schema = " where database_name = '" ~ relation.database ~ "' and schema_name = '" ~ relation.schema ~ "'" -%}
        {%- set known = fivetran_logs.remember(question, fivetran_logs.named_texts(
            'select table_name, comment from duckdb_tables()' ~ of_schema
            ~ ' union all select view_name, comment from duckdb_views()' ~ of_schema
        )) -%}
    {%- endif -%}
    {{- return(known) -}}
{% endmacro %}
