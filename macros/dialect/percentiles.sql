{#- Exact percentiles, interpolated between neighbours as continuous percentiles are. Nulls are left out. -#}

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

{% macro bigquery__percentile(expression, share) -%}
    -- BigQuery has percentile_cont as a window function only; of an even count, its approximation takes one neighbour
    approx_quantiles({{ expression }}, 1000)[offset({{ (share * 1000) | int }})]
{%- endmacro %}

{% macro spark__percentile(expression, share) -%}
    percentile({{ expression }}, {{ share }})
{%- endmacro %}
