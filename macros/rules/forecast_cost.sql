{#- Dollars of a number of rows of int_fivetran_log__usage_forecasts: those that have come at what they cost so far, the rest at the
    last effective rate. -#}
{% macro forecast_cost(relation, rows) -%}
    {%- set to_date = relation ~ '.paid_active_rows_to_date' -%}
    {{ to_date }} * {{ relation }}.usd_per_row_to_date
    {%- if rows != 'paid_active_rows_to_date' %} + ({{ relation }}.{{ rows }} - {{ to_date }}) * {{ relation }}.usd_per_row{% endif %}
{%- endmacro %}
