{#- The physical order of a long table, so that a bound on time skips most of it. -#}

{#- The order in which to write rows, for engines that keep this order and store the smallest and largest value of each part.
    On Snowflake, rows written in order need no clustering key, whose upkeep it bills. DuckDB keeps the order of an earlier step, so rows
    are sorted while they have few columns. -#}
{% macro stored_by(column) %}
    {{- adapter.dispatch('stored_by', 'fivetran_logs')(column) -}}
{% endmacro %}

{% macro default__stored_by(column) -%}
{%- endmacro %}

{% macro snowflake__stored_by(column) -%}
    order by {{ column }}
{%- endmacro %}

{% macro sorted_early_by(column) %}
    {{- adapter.dispatch('sorted_early_by', 'fivetran_logs')(column) -}}
{% endmacro %}

{% macro default__sorted_early_by(column) -%}
{%- endmacro %}

{% macro duckdb__sorted_early_by(column) -%}
    order by {{ column }}
{%- endmacro %}


{#- BigQuery: a partition per day. Other adapters treat the option differently, or ignore it. -#}
{% macro partitioned_by(column) %}
    {{- return(adapter.dispatch('partitioned_by', 'fivetran_logs')(column)) -}}
{% endmacro %}

{% macro default__partitioned_by(column) %}
    {{- return(none) -}}
{% endmacro %}

{% macro bigquery__partitioned_by(column) %}
    {{- return({'field': column, 'data_type': fivetran_logs.type_utc_timestamp(), 'granularity': 'day'}) -}}
{% endmacro %}


{#- PostgreSQL: indexes on the columns that find new rows and replace old ones. Without them each build reads whole long tables several
    times. -#}
{% macro indexed_by(columns) %}
    {{- return(adapter.dispatch('indexed_by', 'fivetran_logs')(columns)) -}}
{% endmacro %}

{% macro default__indexed_by(columns) %}
    {{- return([]) -}}
{% endmacro %}

{% macro postgres__indexed_by(columns) %}
    {%- set indexes = [] -%}
    {%- for column in columns -%}
        {%- do indexes.append({'columns': [column]}) -%}
    {%- endfor -%}
    {{- return(indexes) -}}
{% endmacro %}

{% macro redshift__indexed_by(columns) %}
    {{- return([]) -}}
{% endmacro %}
