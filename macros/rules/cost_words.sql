{#- Why the cost of a charge can still change, and how it was reckoned; null where it cannot. For int_fivetran_log__allocated_costs. -#}
{% macro estimate_reason() -%}
    case
        when not is_open then null
        when bill_usd is not null then 'The month is open: its bill still grows.'
        when cost_by_curve is not null and destination_factor is not null
            then 'The month has no bill yet: priced by the price list, scaled as the last bill of the destination.'
        when cost_by_curve is not null and account_factor is not null
            then 'The month has no bill yet: priced by the price list, scaled as the last bills of the account.'
        when cost_by_curve is not null then 'The month has no bill yet: priced by the price list, which no bill has confirmed.'
        when cost_by_rate is null then 'The month has no bill yet, and no price is known.'
        when connection_usd_per_row is not null then 'The month has no bill yet: priced at what a row of the connection last cost.'
        when destination_usd_per_row is not null then 'The month has no bill yet: priced at what a row of its destination last cost.'
        else 'The month has no bill yet: priced at what a row of the account last cost.'
    end
{%- endmacro %}


{#- What a person must do about a charge, in a sentence; null where nothing. -#}
{% macro cost_note() -%}
    case
        when currency_without_rate is not null
            then 'A bill of the month is in ' || currency_without_rate
                || ', which has no rate: it counts for no dollars. Add its rate to fivetran_logs_usd_per_currency.'
        when is_open or paid_active_rows > 0 and bill_usd is not null then null
        when bill_usd is null and credits is null and paid_active_rows > 0
            then 'The month is over and has paid rows, but no bill: sync the table usage_cost, or ask Fivetran for the bill.'
        when bill_usd is null and credits is null and charge_kind = 'transformation' and modelled_cost_usd > 0
            then 'The month is over and has paid model runs, but no bill: sync the table usage_cost, or ask Fivetran for the bill.'
        when charge_kind <> 'unallocated' or connection_id is not null or unmatched_name is not null
            or greatest(coalesce(billed_cost_usd, 0), coalesce(credits, 0)) <= 0
            then null
        when month_date < first_usage_month
            then 'The bill is older than all usage in incremental_mar, so it falls to nobody: re-sync that table, which may bring its rows.'
        else 'The bill has no usage: ask Fivetran what it is for.'
    end
{%- endmacro %}
