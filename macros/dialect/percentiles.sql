{#- Exact continuous percentiles, interpolated between neighbours. Nulls are ignored. -#}

{#- share: 0.5 is the median. -#}
{% macro percentile(expression, share) %}
    {{- adapter.dispatch('percentile', 'fivetran_logs')(expression, share) -}}
{% endmacro %}

{% macro default__percentile(expression, share) -%}
    percentile_cont({{ share }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro duckdb__percentile(expression, share) -%}
    quantile_cont({{ expression }}, {{ share }})
{%- endmacro %}

{#- BigQuery's percentile_cont is only a window function, and approx_quantiles does not interpolate. So both neighbours are picked from
    the sorted values. -#}
{% macro bigquery__percentile(expression, share) -%}
    {%- set sorted_values = 'array_agg(' ~ expression ~ ' ignore nulls order by ' ~ expression ~ ')' -%}
    {%- set place = share ~ ' * (count(' ~ expression ~ ') - 1)' -%}
    {%- set below = sorted_values ~ '[safe_offset(cast(floor(' ~ place ~ ') as int64))]' -%}
    {%- set above = sorted_values ~ '[safe_offset(cast(ceil(' ~ place ~ ') as int64))]' -%}
    {{ below }} + ({{ place }} - floor({{ place }})) * ({{ above }} - {{ below }})
{%- endmacro %}

{% macro spark__percentile(expression, share) -%}
    percentile({{ expression }}, {{ share }})
{%- endmacro %}
