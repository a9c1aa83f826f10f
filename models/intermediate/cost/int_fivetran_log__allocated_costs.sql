-- The one place where a bill is shared: by modelled cost, scaled to the bill; without a price list by paid rows, or by all rows where none
-- is paid; evenly where there are no rows. To the cent: each part is rounded down, and the largest remainders get the cents that are left.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}

with

modelled_costs as (

    select * from {{ ref('int_fivetran_log__modelled_costs') }}

),

monthly_costs as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

totals as (

    select
        modelled_costs.*,
        monthly_costs.cost_usd as bill_usd,
        monthly_costs.credits as bill_credits,
        sum(modelled_costs.modelled_cost_usd) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as modelled_of_destination,
        sum(modelled_costs.paid_active_rows) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as paid_of_destination,
        sum(modelled_costs.total_active_rows) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as total_of_destination
    from modelled_costs
    left join monthly_costs
        on
            modelled_costs.month_date = monthly_costs.month_date
            and coalesce(modelled_costs.destination_id, '') = coalesce(monthly_costs.destination_id, '')

),

weighed as (

    select
        *,
        case
            when modelled_of_destination > 0 then 'price_curve'
            when total_of_destination > 0 then 'row_share'
            else 'even_share'
        end as allocation_method,
        case
            when modelled_of_destination > 0 then coalesce(modelled_cost_usd, 0)
            when paid_of_destination > 0 then paid_active_rows
            when total_of_destination > 0 then total_active_rows
            else 1
        end as weight
    from totals

),

shared as (

    select
        *,
        sum(weight) over (partition by month_date, destination_id) as weight_of_destination
    from weighed

),

parts as (

    select
        *,
        {{ fivetran_logs.part_by_weight('bill_usd * 100', 'weight', 'weight_of_destination') }} as cents,
        {{ fivetran_logs.part_by_weight('bill_credits * 100', 'weight', 'weight_of_destination') }} as credit_cents
    from shared

),

rounded as (

    select
        *,
        round(bill_usd * 100) - sum(floor(cents)) over (partition by month_date, destination_id) as cents_left,
        row_number() over (
            partition by month_date, destination_id order by cents - floor(cents) desc, weight desc, consumer_rank nulls last, cost_key
        ) as cents_rank,
        round(bill_credits * 100) - sum(floor(credit_cents)) over (partition by month_date, destination_id) as credit_cents_left,
        row_number() over (
            partition by month_date, destination_id
            order by credit_cents - floor(credit_cents) desc, weight desc, consumer_rank nulls last, cost_key
        ) as credit_cents_rank
    from parts

),

billed as (

    select
        *,
        (floor(cents) + case when cents_rank <= cents_left then 1 else 0 end) * 0.01 as billed_cost_usd,
        (floor(credit_cents) + case when credit_cents_rank <= credit_cents_left then 1 else 0 end) * 0.01 as credits
    from rounded

),

-- what a row of a connection last cost, and how far bills last lay from the price list: for the open month without a bill
connection_months as (

    select
        month_date,
        destination_id,
        connection_id,
        unmatched_name,
        sum(billed_cost_usd) as cost_usd,
        sum(paid_active_rows) as paid_rows
    from billed
    where month_date < {{ this_month }} and bill_usd is not null and charge_kind <> 'transformation'
    group by month_date, destination_id, connection_id, unmatched_name

),

-- apart from the sums: Spark refuses a window beside a `having`
connection_rates as (

    select
        *,
        row_number() over (partition by destination_id, connection_id, unmatched_name order by month_date desc) as newest_first
    from connection_months
    where paid_rows > 0

),

destination_months as (

    select
        destination_id,
        max(bill_usd) as bill_usd,
        max(modelled_of_destination) as modelled_of_destination,
        row_number() over (partition by destination_id order by month_date desc) as newest_first
    from billed
    where month_date < {{ this_month }} and bill_usd is not null and modelled_of_destination > 0
    group by month_date, destination_id

),

estimated as (

    select
        billed.*,
        billed.month_date >= {{ this_month }} as is_open,
        case when billed.modelled_of_destination > 0
            then billed.modelled_cost_usd
                * coalesce({{ fivetran_logs.as_double('destination_months.bill_usd') }} / {{ fivetran_logs.as_double('destination_months.modelled_of_destination') }}, 1)
        end as cost_by_curve,
        {{ fivetran_logs.as_double('billed.paid_active_rows') }}
        * {{ fivetran_logs.as_double('connection_rates.cost_usd') }}
        / {{ fivetran_logs.as_double('connection_rates.paid_rows') }} as cost_by_rate
    from billed
    left join connection_rates
        on
            coalesce(billed.destination_id, '') = coalesce(connection_rates.destination_id, '')
            and coalesce(billed.connection_id, '') = coalesce(connection_rates.connection_id, '')
            and coalesce(billed.unmatched_name, '') = coalesce(connection_rates.unmatched_name, '')
            and connection_rates.newest_first = 1
    left join destination_months
        on
            coalesce(billed.destination_id, '') = coalesce(destination_months.destination_id, '')
            and destination_months.newest_first = 1

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
    {{ fivetran_logs.as_double('bill_usd') }}
    / nullif({{ fivetran_logs.as_double('modelled_of_destination') }}, 0) as calibration_factor,
    {{ fivetran_logs.as_money('bill_usd') }} as bill_usd,
    {{ fivetran_logs.as_money('billed_cost_usd') }} as billed_cost_usd,
    case
        when bill_usd is not null then {{ fivetran_logs.as_money('billed_cost_usd') }}
        when is_open then {{ fivetran_logs.as_money('coalesce(cost_by_curve, cost_by_rate)') }}
    end as allocated_cost_usd,
    {{ fivetran_logs.as_money('credits') }} as credits,
    is_open as is_estimate,
    case
        when not is_open then null
        when bill_usd is not null then 'The month is open: its bill still grows.'
        when cost_by_curve is not null then 'The month has no bill yet: priced by the price list, scaled as the last bill of the destination.'
        when cost_by_rate is not null then 'The month has no bill yet: priced at what a row of the connection last cost.'
        else 'The month has no bill yet, and no price is known.'
    end as estimate_reason
from estimated
