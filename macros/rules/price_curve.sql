{#- Dollars for a month's units by a price list, before any discount: an expression over one joined row of
    int_fivetran_log__price_tiers, the step in which the units end. Null without that row, 0 for 0 units.

    units  paid rows or model runs of the scope (connection or account)
    tier   alias of that row; join it on is_in_tier and the month -#}
{% macro tier_cost_usd(units, tier) -%}
    case
        when {{ units }} <= 0 then 0 * {{ tier }}.usd_below
        when {{ tier }}.base_kind = 'minimum'
            then greatest({{ fivetran_logs.tier_usage_usd(units, tier) }}, coalesce({{ tier }}.base_usd, 0))
        else {{ fivetran_logs.tier_usage_usd(units, tier) }} + coalesce({{ tier }}.base_usd, 0)
    end
{%- endmacro %}

{#- The same without the base charge: all steps below the last in full, and the part of the last. -#}
{% macro tier_usage_usd(units, tier) -%}
    (
        {{ tier }}.usd_below
        + cast(greatest({{ units }} - {{ tier }}.from_units, 0) as {{ fivetran_logs.type_decimal() }}) * {{ tier }}.usd_per_million * 0.000001
    )
{%- endmacro %}

{#- Whether a price step is the one in which the units of a month end. Exactly one step of a price list is, however wrong the list. -#}
{% macro is_in_tier(units, month_date, tier) -%}
    {{ month_date }} >= {{ tier }}.valid_from
    and ({{ month_date }} < {{ tier }}.valid_until or {{ tier }}.valid_until is null)
    and ({{ units }} > {{ tier }}.from_units or {{ tier }}.is_first)
    and ({{ units }} <= {{ tier }}.next_from_units or {{ tier }}.next_from_units is null)
{%- endmacro %}
