{#- The materialization of staging views: like dbt's views, but a view that exists with the same SQL is not created again. Creating
    thirty-five views costs statements in every build, three for each on Snowflake, and changes nothing.

    The SQL of a staging view names each column and casts it, so the same SQL gives the same view, whatever happened to the source
    table. Descriptions count as SQL: a comment in it has their hash.
    With hooks, grants or --full-refresh, views are always created again. -#}
{% materialization view_if_changed, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set may_stay = existing is not none and existing.is_view and not should_full_refresh()
        and not (pre_hooks or post_hooks or config.get('grants')) -%}
    {%- if may_stay and fivetran_logs.is_made_from(existing, sql) -%}
        {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
        {{- return({'relations': [existing]}) -}}
    {%- endif -%}
    {{- return(fivetran_logs.replaced_relation(existing, 'view')) -}}
{% endmaterialization %}


{#- Other views on DuckDB: created again in each build, because types of their inputs may have changed, but in one statement. dbt
    creates a second view, renames both and drops the first. -#}
{% materialization view_in_place, adapter='duckdb' %}
    {{- return(fivetran_logs.replaced_relation(load_cached_relation(this), 'view')) -}}
{% endmaterialization %}


{#- The materialization of other views: replaced in place on DuckDB; dbt's own on other engines and with dbt 2. -#}
{% macro view_materialization() %}
    {{- return('view_in_place' if target.type == 'duckdb' and not dbt_version.startswith('2') else 'view') -}}
{% endmacro %}


{% macro is_made_from(view, sql) %}
    {%- set question = 'fivetran_logs_views: ' ~ view.without_identifier() -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set known = fivetran_logs.remember(question, adapter.dispatch('views_made_from', 'fivetran_logs')(view)) -%}
    {%- endif -%}
    {{- return(adapter.dispatch('same_view', 'fivetran_logs')(known.get(view.identifier) or '', sql)) -}}
{% endmacro %}


{#- The SQL or comment of each view in a schema: {name: text}, queried once a run. -#}
{% macro default__views_made_from(view) %}
    {{- return({}) -}}
{% endmacro %}

{#- DuckDB rewrites the SQL of a view, so the view's comment has a hash of the original SQL. -#}
{% macro duckdb__views_made_from(view) %}
    {{- return(fivetran_logs.duckdb__comments(view)) -}}
{% endmacro %}

{#- These two keep the original SQL. -#}
{% macro snowflake__views_made_from(view) %}
    {{- return(fivetran_logs.view_definitions(view)) -}}
{% endmacro %}

{% macro bigquery__views_made_from(view) %}
    {{- return(fivetran_logs.view_definitions(view)) -}}
{% endmacro %}

{% macro view_definitions(view) %}
    {{- return(fivetran_logs.named_texts(
        'select table_name, view_definition from ' ~ view.information_schema('VIEWS')
        ~ " where table_schema = '" ~ view.schema ~ "'"
    )) -}}
{% endmacro %}

{#- The SQL of a view that is there, more or less as it was written; all views of its schema are asked for at once. -#}
{% macro text_of_view(view) %}
    {{- return(adapter.dispatch('text_of_view', 'fivetran_logs')(view)) -}}
{% endmacro %}

{% macro default__text_of_view(view) %}
    {%- set question = 'fivetran_logs_view_texts: ' ~ view.without_identifier() -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set known = fivetran_logs.remember(question, adapter.dispatch('view_texts', 'fivetran_logs')(view)) -%}
    {%- endif -%}
    {{- return(known.get(view.identifier) or '') -}}
{% endmacro %}

{#- dbt learns it when it lists the relations of a schema. -#}
{% macro spark__text_of_view(view) %}
    {{- return(view.information or '') -}}
{% endmacro %}

{#- Only Unity Catalog lists the SQL of views. -#}
{% macro databricks__text_of_view(view) %}
    {{- return('' if view.database == 'hive_metastore' else fivetran_logs.default__text_of_view(view)) -}}
{% endmacro %}

{% macro default__view_texts(view) %}
    {{- return(fivetran_logs.view_definitions(view)) -}}
{% endmacro %}

{% macro duckdb__view_texts(view) %}
    {{- return(fivetran_logs.named_texts(
        "select view_name, sql from duckdb_views() where database_name = '" ~ view.database ~ "' and schema_name = '" ~ view.schema ~ "'"
    )) -}}
{% endmacro %}

{% macro named_texts(query) %}
    {%- set texts = {} -%}
    {%- for name, text in run_query(query).rows -%}
        {%- do texts.update({name: text}) -%}
    {%- endfor -%}
    {{- return(texts) -}}
{% endmacro %}


{#- Whether the known text of a view shows that it was created from this SQL. -#}
{% macro default__same_view(known, sql) %}
    {{- return(sql | trim in known) -}}
{% endmacro %}

{% macro duckdb__same_view(known, sql) %}
    {{- return(known == local_md5(sql)) -}}
{% endmacro %}


{#- The engine's statement that replaces a view, with the engine's extras (BigQuery's options, the columns of a contract on
    Snowflake). -#}
{% macro default__replace_view(view, sql) %}
    {{- get_create_view_as_sql(view, sql) -}}
{% endmacro %}

{#- Creates the view and the comment with the hash of its SQL in one call. If descriptions become comments, we cannot use the comment. -#}
{% macro duckdb__replace_view(view, sql) %}
    {%- do fivetran_logs.check_contract(view, sql) -%}
    create or replace view {{ view }} as (
        {{ sql }}
    )
    {%- if config.get('materialized') == 'view_if_changed' and not config.persist_relation_docs() -%}
    ;
    comment on view {{ view }} is '{{ local_md5(sql) }}'
    {%- endif -%}
    {{- fivetran_logs.note_of_contract(view) -}}
{% endmacro %}
