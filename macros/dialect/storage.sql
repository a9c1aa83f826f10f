{#- How a long table lies in storage, so that a bound on time skips most of it. -#}

{#- An order in which to write rows. For engines that keep rows as they come and remember the least and greatest value of each part;
    the others have clustering keys. -#}
{% macro stored_by(column) %}
    {{- adapter.dispatch('stored_by', 'fivetran_logs')(column) -}}
{% endmacro %}

{% macro default__stored_by(column) -%}
{%- endmacro %}

{% macro duckdb__stored_by(column) -%}
    order by {{ column }}
{%- endmacro %}
