{#- How staging views are materialised: as dbt's own views, but a view that is there already with the same SQL is left alone. Making
    thirty-five views anew costs statements on every build, on Snowflake three for each, and tells the engine nothing.

    The SQL of a staging view names each column and casts it to a type of its own, so equal SQL is an equal view whatever happened to
    the table beneath. Descriptions count as SQL: a comment in it holds their hash. Where an engine does not say what a view was made
    from, where hooks or grants are configured and with --full-refresh, views are made anew as ever. -#}
{% materialization view_if_changed, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set may_stay = existing is not none and existing.is_view and not should_full_refresh()
        and not (pre_hooks or post_hooks or config.get('grants')) -%}
    {%- if may_stay and fivetran_logs.is_made_from(existing, sql) -%}
        {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
        {{- return({'relations': [existing]}) -}}
    {%- endif -%}
    {%- set made = context.get('materialization_view_' ~ adapter.type(), context['materialization_view_default'])() -%}
    {%- do adapter.dispatch('remember_view', 'fivetran_logs')(this, sql) -%}
    {{- return(made) -}}
{% endmaterialization %}


{% macro is_made_from(view, sql) %}
    {%- set question = 'fivetran_logs_views: ' ~ view.without_identifier() -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set known = fivetran_logs.remember(question, adapter.dispatch('views_made_from', 'fivetran_logs')(view)) -%}
    {%- endif -%}
    {{- return(adapter.dispatch('same_view', 'fivetran_logs')(known.get(view.identifier) or '', sql)) -}}
{% endmacro %}


{#- What is known of each view in the schema of one: {name: text}, asked once a run. -#}
{% macro default__views_made_from(view) %}
    {{- return({}) -}}
{% endmacro %}

{#- DuckDB rewrites the SQL of a view, so the view's comment holds the hash of what it was made from. -#}
{% macro duckdb__views_made_from(view) %}
    {{- return(fivetran_logs.named_texts(
        "select view_name, comment from duckdb_views() where database_name = '" ~ view.database
        ~ "' and schema_name = '" ~ view.schema ~ "'"
    )) -}}
{% endmacro %}

{#- These two keep the SQL as it was written. -#}
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

{% macro named_texts(query) %}
    {%- set texts = {} -%}
    {%- for name, text in run_query(query).rows -%}
        {%- do texts.update({name: text}) -%}
    {%- endfor -%}
    {{- return(texts) -}}
{% endmacro %}


{#- Whether what is known of a view says that it was made from this SQL. -#}
{% macro default__same_view(known, sql) %}
    {{- return(sql | trim in known) -}}
{% endmacro %}

{% macro duckdb__same_view(known, sql) %}
    {{- return(known == local_md5(sql)) -}}
{% endmacro %}


{% macro default__remember_view(view, sql) %}
{% endmacro %}

{#- A comment that is wanted for the description is not ours to use. -#}
{% macro duckdb__remember_view(view, sql) %}
    {%- if not config.persist_relation_docs() -%}
        {%- do run_query('comment on view ' ~ view ~ " is '" ~ local_md5(sql) ~ "'") -%}
    {%- endif -%}
{% endmacro %}
