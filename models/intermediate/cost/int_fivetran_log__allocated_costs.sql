-- What each charge costs: its part of the bill; of the open month without a bill, what the price list says, or what rows last cost. What a
-- row last cost, and how far bills last lay from the price list, stands beside it: the forecast prices rows to come by nothing else.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}

with

billed_costs as (

    select * from {{ ref('int_fivetran_log__billed_costs') }}

),

connection_months as (

    select
        month_date,
        destination_id,
        connection_id,
        unmatched_name,
        sum(billed_cost_usd) as cost_usd,
        sum(paid_active_rows) as paid_rows
    from billed_costs
    where month_date < {{ this_month }} and bill_usd >= 0
    group by month_date, destination_id, connection_id, unmatched_name

),

-- apart from the sums: Spark refuses a window beside a `having`
ranked_months as (

    select
        *,
        row_number() over (partition by destination_id, connection_id, unmatched_name order by month_date desc) as newest_first,
        max(month_date) over (partition by destination_id) as newest_of_destination,
        max(month_date) over () as newest_of_account
    from connection_months
    where paid_rows > 0

),

destination_rates as (

    select
        destination_id,
        {{ fivetran_logs.as_double('sum(cost_usd)') }} / {{ fivetran_logs.as_double('sum(paid_rows)') }} as usd_per_row
    from ranked_months
    where month_date = newest_of_destination
    group by destination_id

),

account_rates as (

    select {{ fivetran_logs.as_double('sum(cost_usd)') }} / nullif({{ fivetran_logs.as_double('sum(paid_rows)') }}, 0) as usd_per_row
    from ranked_months
    where month_date = newest_of_account

),

-- a bill below 0 prices nothing that is to come; one of 0 says that nothing is paid, of its own destination
factors as (

    select
        month_date,
        destination_id,
        {{ fivetran_logs.as_double('max(bill_usd)') }} as bill_usd,
        {{ fivetran_logs.as_double('max(modelled_of_destination)') }} as modelled_usd,
        row_number() over (partition by destination_id order by month_date desc) as newest_first,
        max(case when max(bill_usd) > 0 then month_date end) over () as newest_of_account
    from billed_costs
    where month_date < {{ this_month }} and bill_usd >= 0 and modelled_of_destination > 0
    group by month_date, destination_id

),

account_factors as (

    select sum(bill_usd) / nullif(sum(modelled_usd), 0) as calibration_factor
    from factors
    where month_date = newest_of_account and bill_usd > 0

),

-- what is paid in credits without a price has none in dollars
unpriced_destinations as (

    select coalesce(destination_id, '') as destination_id
    from billed_costs
    group by 1
    having max(credits) is not null and max(bill_usd) is null

),

priced as (

    select
        billed_costs.*,
        billed_costs.month_date >= {{ this_month }} as is_open,
        min(case when billed_costs.connection_id is not null or billed_costs.unmatched_name is not null then billed_costs.month_date end)
            over () as first_usage_month,
        {{ fivetran_logs.as_double('ranked_months.cost_usd') }} / {{ fivetran_logs.as_double('ranked_months.paid_rows') }} as connection_usd_per_row,
        destination_rates.usd_per_row as destination_usd_per_row,
        case when unpriced_destinations.destination_id is null then account_rates.usd_per_row end as account_usd_per_row,
        factors.bill_usd / factors.modelled_usd as destination_factor,
        account_factors.calibration_factor as account_factor,
        -- before any bill it is the list price
        case
            when unpriced_destinations.destination_id is null
                then coalesce(factors.bill_usd / factors.modelled_usd, account_factors.calibration_factor, 1)
        end as last_calibration_factor
    from billed_costs
    left join ranked_months
        on
            coalesce(billed_costs.destination_id, '') = coalesce(ranked_months.destination_id, '')
            and coalesce(billed_costs.connection_id, '') = coalesce(ranked_months.connection_id, '')
            and coalesce(billed_costs.unmatched_name, '') = coalesce(ranked_months.unmatched_name, '')
            and ranked_months.newest_first = 1
    left join destination_rates on coalesce(billed_costs.destination_id, '') = coalesce(destination_rates.destination_id, '')
    left join factors
        on
            coalesce(billed_costs.destination_id, '') = coalesce(factors.destination_id, '')
            and factors.newest_first = 1
    left join unpriced_destinations on coalesce(billed_costs.destination_id, '') = unpriced_destinations.destination_id
    cross join account_rates
    cross join account_factors

),

estimated as (

    select
        *,
        {{ fivetran_logs.as_double('modelled_cost_usd') }} * last_calibration_factor as cost_by_curve,
        {{ fivetran_logs.as_double('paid_active_rows') }}
        * coalesce(connection_usd_per_row, destination_usd_per_row, account_usd_per_row) as cost_by_rate
    from priced

)

select
    cost_key,
    mar_key,
    month_date,
    destination_id,
    connection_id,
    unmatched_name,
    schema_name,
    table_name,
    charge_kind,
    allocation_method,
    meter,
    scope,
    {{ fivetran_logs.as_rows('units') }} as units,
    units_of_scope,
    {{ fivetran_logs.as_rows('paid_active_rows') }} as paid_active_rows,
    {{ fivetran_logs.as_double('weight') }} / nullif({{ fivetran_logs.as_double('weight_of_destination') }}, 0) as share_of_destination,
    cast(modelled_cost_usd as {{ fivetran_logs.type_decimal() }}) as modelled_cost_usd,
    {{ fivetran_logs.as_double('bill_usd') }} / nullif({{ fivetran_logs.as_double('modelled_of_destination') }}, 0) as calibration_factor,
    {{ fivetran_logs.as_money('bill_usd') }} as bill_usd,
    {{ fivetran_logs.as_money('billed_cost_usd') }} as billed_cost_usd,
    {{ fivetran_logs.as_money(
        'case when bill_usd is not null then ' ~ fivetran_logs.as_money('billed_cost_usd')
        ~ ' when is_open then ' ~ fivetran_logs.as_money('coalesce(cost_by_curve, cost_by_rate)') ~ ' end'
    ) }} as allocated_cost_usd,
    {{ fivetran_logs.as_money('credits') }} as credits,
    connection_usd_per_row,
    destination_usd_per_row,
    account_usd_per_row,
    last_calibration_factor,
    is_open as is_estimate,
    {{ fivetran_logs.estimate_reason() | indent(4) }} as estimate_reason,
    {{ fivetran_logs.cost_note() | indent(4) }} as note
from estimated
