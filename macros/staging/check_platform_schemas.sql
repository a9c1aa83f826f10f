{#- Called by each staging model before its view is replaced, in builds only: parsing, compiling, documenting and --empty need no source.

    A schema without a log and without connections is not a Platform schema, most often a typing error: the build stops, since empty views
    would empty the marts. A table that the view read in the last build and that is gone now is a warning: an account may lose one. -#}
{% macro check_platform_schemas(definition) %}
    {%- if flags.WHICH in ('build', 'run') and not flags.EMPTY -%}
        {%- do fivetran_logs.refuse_steps_as_views() -%}
        {%- for schema in fivetran_logs.platform_schemas() -%}
            {%- if not fivetran_logs.is_platform_schema(schema) -%}
                {%- do fivetran_logs.refuse_schema(definition.database, schema) -%}
            {%- elif not fivetran_logs.find_source_table(definition, schema) and fivetran_logs.was_read_before(schema) -%}
                {%- do exceptions.warn(
                    'The table ' ~ definition.name ~ ' has gone from the schema ' ~ schema ~ ' since the last build'
                    ~ (': lost are ' ~ definition.meta.loses if definition.meta.get('loses') else '') ~ '. ' ~ definition.meta.remedy
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- Whether a schema holds a log or connections, under any name they have had or were given. -#}
{% macro is_platform_schema(schema) %}
    {%- for table_name in ('log', 'connection') -%}
        {%- if fivetran_logs.source_table_names(fivetran_logs.source_definition(table_name), schema) -%}
            {{- return(true) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}


{#- Stops the model, and names the schemas that may be meant. -#}
{% macro refuse_schema(database, schema) %}
    {%- set sentence = (database ~ '.' if database else '') ~ schema
        ~ ' is not a Fivetran Platform schema: it has neither a table log nor a table connection (or connector).' -%}
    {%- if not fivetran_logs.remembered('fivetran_logs_stopped') -%}
        {%- set alike = adapter.dispatch('schemas_like_platform', 'fivetran_logs')(database) -%}
        {%- set sentence = sentence
            ~ (' Schemas that look like one: ' ~ alike | join(', ') ~ '.' if alike else ' No other schema there looks like one.')
            ~ ' Set fivetran_platform_schema (or fivetran_platform_schemas, fivetran_platform_database) among the variables of fivetran_logs.'
            ~ (' Or load an export: fivetran-logs load DIR.' if target.type == 'duckdb' else '')
            ~ ' Nothing is replaced until then.' -%}
    {%- endif -%}
    {%- do fivetran_logs.stop_build(sentence) -%}
{% endmacro %}


{#- Stops a build whose steps are views, as `+materialized: view` over the whole package makes them: each reader of a step would compute it
    again, and a build would not end. int_fivetran_log__connections stands for all that have several readers. -#}
{% macro refuse_steps_as_views() %}
    {%- set node = graph.nodes['model.fivetran_logs.int_fivetran_log__connections'] -%}
    {%- if node is defined and node.config.materialized in ('view', 'ephemeral') -%}
        {%- do fivetran_logs.stop_build(
            'The models of fivetran_logs in models/intermediate must be tables, because many models read them: set'
            ~ ' `+materialized: ' ~ node.config.materialized ~ '` under `models: fivetran_logs: marts:` alone, or nowhere.'
        ) -%}
    {%- endif -%}
{% endmacro %}


{#- All staging models stop; only the first need say why at length (see remembered). -#}
{% macro stop_build(sentence) %}
    {%- do fivetran_logs.remember('fivetran_logs_stopped', true) -%}
    {{- exceptions.raise_compiler_error(sentence) -}}
{% endmacro %}


{#- Names of the schemas of a database that hold a log and, beside it, connections or usage. -#}
{% macro default__schemas_like_platform(database) %}
    {%- set rows = run_query(
        "select table_schema from " ~ fivetran_logs.information_schema_columns(database, none)
        ~ " where lower(table_name) in ('log', 'connection', 'connector', 'incremental_mar')"
        ~ (" and lower(table_catalog) = lower('" ~ database ~ "')" if database else "")
        ~ " group by table_schema"
        ~ " having count(distinct case when lower(table_name) = 'log' then 'log' else 'beside it' end) = 2"
        ~ " order by table_schema"
    ).rows -%}
    {{- return(rows | map(attribute=0) | list) -}}
{% endmacro %}

{#- Its list of columns is one dataset's. A dataset that does not exist is an error of BigQuery's own. -#}
{% macro bigquery__schemas_like_platform(database) %}
    {{- return([]) -}}
{% endmacro %}

{% macro spark__schemas_like_platform(database) %}
    {%- set found = [] -%}
    {%- for row in run_query('show schemas').rows -%}
        {%- set names = run_query('show tables in `' ~ row[0] ~ '`').rows | map(attribute='tableName') | map('lower') | list -%}
        {%- if 'log' in names and ('connection' in names or 'connector' in names or 'incremental_mar' in names) -%}
            {%- do found.append(row[0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}

{% macro databricks__schemas_like_platform(database) %}
    {{- return([] if database == 'hive_metastore' else fivetran_logs.default__schemas_like_platform(database)) -}}
{% endmacro %}


{#- Whether this model's view, as the last build left it, reads a table of the schema: its SQL then names the schema as a value. -#}
{% macro was_read_before(schema) %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or not existing.is_view -%}
        {{- return(false) -}}
    {%- endif -%}
    {{- return("'" ~ schema ~ "'" in fivetran_logs.text_of_view(existing)) -}}
{% endmacro %}
