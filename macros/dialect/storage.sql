{#- How a long table lies in storage, so that a bound on time skips most of it. -#}

{#- An order in which to write rows, for engines that keep them as they come and remember the least and greatest value of each part.
    Snowflake is one: rows that arrive in order need no clustering key, which would be paid for by the hour. DuckDB is another, and
    keeps through later steps the order that an earlier one made: there rows are sorted while they are narrow. -#}
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


{#- BigQuery: a partition for each day. Other adapters understand the option differently, or not at all. -#}
{% macro partitioned_by(column) %}
    {{- return(adapter.dispatch('partitioned_by', 'fivetran_logs')(column)) -}}
{% endmacro %}

{% macro default__partitioned_by(column) %}
    {{- return(none) -}}
{% endmacro %}

{% macro bigquery__partitioned_by(column) %}
    {{- return({'field': column, 'data_type': fivetran_logs.type_utc_timestamp(), 'granularity': 'day'}) -}}
{% endmacro %}


{#- PostgreSQL: an index on each of the columns by which news are found and rows replaced; without them each build reads a long table
    whole, several times. -#}
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
