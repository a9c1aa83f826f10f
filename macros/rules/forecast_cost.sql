{#- What a number of forecast rows costs: those that have come at what they cost so far, the rest at the last effective rate.

    rows           the number, column or expression; paid_active_rows_to_date stands beside it
    price_to_date  of a row that has come
    price          of a row to come
    relation       with a dot, where the columns need one -#}
{% macro forecast_cost(rows, price_to_date, price, relation='') -%}
    {%- set to_date = relation ~ 'paid_active_rows_to_date' -%}
    {{ to_date }} * {{ relation }}{{ price_to_date }} + ({{ relation }}{{ rows }} - {{ to_date }}) * {{ relation }}{{ price }}
{%- endmacro %}
