{#- What a number of forecast rows costs: those that have come at what they cost so far, the rest at the last effective rate.

    rows           the number; paid_active_rows_to_date stands beside it
    price_to_date  of a row that has come
    price          of a row to come -#}
{% macro forecast_cost(rows, price_to_date, price) -%}
    paid_active_rows_to_date * {{ price_to_date }} + ({{ rows }} - paid_active_rows_to_date) * {{ price }}
{%- endmacro %}


{#- What a row to come costs by the price list of its month: what all of them add, nothing at least, since no bill falls within a month,
    times the last factor of the destination; null where no list gives each connection its own price. Expects `connection_id`,
    `unmatched_name` and `calibration_factor` in the row.

    rows, rows_to_date  of the month at its end, and so far
    tier, tier_to_date  aliases of the steps in which they end, as for tier_cost_usd -#}
{% macro usd_per_row_by_curve(rows, rows_to_date, tier, tier_to_date) -%}
    case when {{ tier }}.scope = 'connection' and coalesce(connection_id, unmatched_name) is not null
        then calibration_factor
            * {{ fivetran_logs.as_double(
                'greatest(0, ' ~ fivetran_logs.tier_cost_usd(rows, tier) ~ ' - ' ~ fivetran_logs.tier_cost_usd(rows_to_date, tier_to_date) ~ ')'
            ) }} / nullif({{ rows }} - {{ rows_to_date }}, 0)
    end
{%- endmacro %}


{#- How far a sum of forecasts may lie from its projection, from how far each of its parts may: connections err partly together, so the range
    of a sum is wider than if they did not and narrower than the sum of their ranges. An aggregate.

    distance  of one part: its projection less its low end, or its high end less its projection -#}
{% macro distance_of_sum(distance) -%}
    {%- set shared = var('fivetran_logs_forecast_shared_error') -%}
    sqrt({{ 1 - shared }} * sum(power({{ distance }}, 2)) + {{ shared }} * power(sum({{ distance }}), 2))
{%- endmacro %}
