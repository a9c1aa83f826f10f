{#- What one Platform schema holds: {lower table name: {'relation', 'columns': {lower column name: {'name', 'data_type'}}}}.

    Thirty-five views ask; where dbt remembers (macro remembered) the answer is fetched once a run. -#}
{% macro source_columns(database, schema) %}
    {%- set question = 'fivetran_logs_columns: ' ~ database ~ '.' ~ schema -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set known = fivetran_logs.remember(
            question, adapter.dispatch('fetch_source_columns', 'fivetran_logs')(database, schema)
        ) -%}
    {%- endif -%}
    {{- return(known) -}}
{% endmacro %}


{% macro default__fetch_source_columns(database, schema) %}
    {%- set rows = run_query(
        "select table_schema, table_name, column_name, data_type from "
        ~ fivetran_logs.information_schema_columns(database, schema)
        ~ " where lower(table_schema) = lower('" ~ schema ~ "')"
        ~ (" and lower(table_catalog) = lower('" ~ database ~ "')" if database else "")
        ~ " order by table_schema, table_name, ordinal_position"
    ).rows -%}
    {%- set tables = {} -%}
    {%- for table_schema, table_name, column_name, data_type in rows -%}
        {%- set key = table_name | lower -%}
        {%- if key not in tables -%}
            {%- do tables.update({key: {
                'relation': api.Relation.create(database=database, schema=table_schema, identifier=table_name).quote(
                    database=fivetran_logs.quotes_database(), schema=true, identifier=true
                ),
                'columns': {},
            }}) -%}
        {%- endif -%}
        {%- do tables[key].columns.update({column_name | lower: {'name': column_name, 'data_type': data_type}}) -%}
    {%- endfor -%}
    {{- return(tables) -}}
{% endmacro %}


{#- An engine without an information schema lists its relations and describes each. -#}
{% macro spark__fetch_source_columns(database, schema) %}
    {{- return(fivetran_logs.described_columns(schema, schema, '`' ~ schema ~ '`')) -}}
{% endmacro %}

{% macro databricks__fetch_source_columns(database, schema) %}
    {{- return(fivetran_logs.described_columns(database, schema, '`' ~ database ~ '`.`' ~ schema ~ '`')) -}}
{% endmacro %}

{% macro described_columns(database, schema, quoted_schema) %}
    {%- set tables = {} -%}
    {%- if adapter.check_schema_exists(database, schema) -%}
        {%- for row in run_query('show tables in ' ~ quoted_schema).rows -%}
            {%- set relation = api.Relation.create(database=database, schema=schema, identifier=row['tableName']) -%}
            {%- set columns = {} -%}
            {%- for column in adapter.get_columns_in_relation(relation) -%}
                {%- do columns.update({column.name | lower: {'name': column.name, 'data_type': column.dtype}}) -%}
            {%- endfor -%}
            {%- do tables.update({relation.identifier | lower: {'relation': relation, 'columns': columns}}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(tables) -}}
{% endmacro %}


{#- Whether the name of a database stands in quotes. Where names fold, the user may have written it in another case. -#}
{% macro quotes_database() %}
    {{- return(adapter.dispatch('quotes_database', 'fivetran_logs')()) -}}
{% endmacro %}

{% macro default__quotes_database() %}
    {{- return(false) -}}
{% endmacro %}

{#- A database is named after its file, and a file may be called full or my-account. -#}
{% macro duckdb__quotes_database() %}
    {{- return(true) -}}
{% endmacro %}


{#- Where the engine keeps its list of columns. -#}
{% macro information_schema_columns(database, schema) %}
    {{- return(adapter.dispatch('information_schema_columns', 'fivetran_logs')(database, schema)) -}}
{% endmacro %}

{% macro default__information_schema_columns(database, schema) %}
    {{- return((adapter.quote(database) ~ '.' if database else '') ~ 'information_schema.columns') -}}
{% endmacro %}

{#- The catalogue lists every attached database and takes no prefix. -#}
{% macro duckdb__information_schema_columns(database, schema) %}
    {{- return('information_schema.columns') -}}
{% endmacro %}

{#- A database folds to upper case unless it was created quoted: leave the folding to Snowflake. -#}
{% macro snowflake__information_schema_columns(database, schema) %}
    {{- return(database ~ '.information_schema.columns') -}}
{% endmacro %}

{% macro bigquery__information_schema_columns(database, schema) %}
    {{- return('`' ~ database ~ '`.`' ~ schema ~ '`.INFORMATION_SCHEMA.COLUMNS') -}}
{% endmacro %}
