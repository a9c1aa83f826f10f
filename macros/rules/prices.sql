{#- What units cost by a price list of tiers (seed fivetran_price_curve). -#}

{#- Dollars for the units that fall into one tier; summed over tiers it is the price without a base charge. -#}
{% macro tier_cost_usd(units, tier) -%}
    greatest(least({{ units }}, coalesce({{ tier }}.to_units, {{ units }})) - {{ tier }}.from_units, 0)
    * {{ fivetran_logs.as_double(tier ~ '.usd_per_million') }} / 1000000
{%- endmacro %}


{#- The price with its base charge, which is the least to pay or comes on top. -#}
{% macro with_base_charge(tiers_usd, base_usd, base_kind) -%}
    case
        when {{ base_kind }} = 'minimum' then greatest({{ tiers_usd }}, {{ fivetran_logs.as_double(base_usd) }})
        else {{ tiers_usd }} + coalesce({{ fivetran_logs.as_double(base_usd) }}, 0)
    end
{%- endmacro %}


{#- Condition: the tier is valid in the month. -#}
{% macro is_tier_of_month(tier, month_date) -%}
    {{ month_date }} >= {{ tier }}.first_month_date
    and ({{ tier }}.before_month_date is null or {{ month_date }} < {{ tier }}.before_month_date)
{%- endmacro %}
