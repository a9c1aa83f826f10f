{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The one place where a bill is shared: by modelled cost, scaled to the bill; without a price list by paid rows, or by all rows where none
-- is paid; evenly where there are no rows. Where the list prices some charges only, such as transformations, or where no row is paid that
-- could explain the bill, these cost what it says and the others share the rest. To the cent: each part is rounded down, and the largest
-- remainders get the cents that are left.

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
        monthly_costs.currency_without_rate,
        sum(modelled_costs.modelled_cost_usd) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as modelled_of_destination,
        sum(modelled_costs.paid_active_rows) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as paid_of_destination,
        sum(modelled_costs.total_active_rows) over (partition by modelled_costs.month_date, modelled_costs.destination_id) as total_of_destination,
        sum(case when modelled_costs.modelled_cost_usd is null then modelled_costs.paid_active_rows else 0 end)
            over (partition by modelled_costs.month_date, modelled_costs.destination_id) as unpriced_of_destination,
        sum(case when modelled_costs.charge_kind <> 'transformation' then 1 else 0 end)
            over (partition by modelled_costs.month_date, modelled_costs.destination_id) as beside_transformations
    from modelled_costs
    left join monthly_costs
        on
            modelled_costs.month_date = monthly_costs.month_date
            and coalesce(modelled_costs.destination_id, '') = coalesce(monthly_costs.destination_id, '')

),

-- what shares the part of a bill that the list does not explain
judged as (

    select
        *,
        unpriced_of_destination = 0 and modelled_of_destination > 0 and (paid_of_destination > 0 or beside_transformations = 0) as is_priced_whole,
        case
            when unpriced_of_destination > 0 then case when modelled_cost_usd is null then paid_active_rows else 0 end
            when paid_of_destination > 0 then paid_active_rows
            when total_of_destination > 0 then total_active_rows
            when charge_kind = 'transformation' and beside_transformations > 0 then 0
            else 1
        end as rest_weight,
        case
            when unpriced_of_destination > 0 then unpriced_of_destination
            when paid_of_destination > 0 then paid_of_destination
            when total_of_destination > 0 then total_of_destination
            when beside_transformations > 0 then beside_transformations
            else 1
        end as rest_of_destination
    from totals

),

weighed as (

    select
        *,
        case
            when is_priced_whole then 'price_curve'
            when unpriced_of_destination > 0 or total_of_destination > 0 then 'row_share'
            else 'even_share'
        end as method_of_destination,
        case
            when is_priced_whole then coalesce(modelled_cost_usd, 0)
            when modelled_of_destination > 0 and bill_usd > 0
                then
                    coalesce({{ fivetran_logs.part_by_weight('modelled_cost_usd', 'least(bill_usd, modelled_of_destination)', 'modelled_of_destination') }}, 0)
                    + {{ fivetran_logs.part_by_weight('greatest(bill_usd - modelled_of_destination, 0)', 'rest_weight', 'rest_of_destination') }}
            when unpriced_of_destination > 0 then paid_active_rows
            else rest_weight
        end as weight
    from judged

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
    -- a negative bill without usage gives something back
    case
        when charge_kind = 'unallocated' and total_active_rows = 0 and coalesce(bill_usd, bill_credits) < 0 then 'adjustment'
        else charge_kind
    end as charge_kind,
    case
        when modelled_cost_usd > 0 and bill_usd > 0 then 'price_curve'
        else method_of_destination
    end as allocation_method,
    meter,
    scope,
    units,
    units_of_scope,
    paid_active_rows,
    weight,
    weight_of_destination,
    modelled_cost_usd,
    -- a list that prices some charges only says nothing of the whole bill
    case when is_priced_whole then modelled_of_destination end as modelled_of_destination,
    bill_usd,
    (floor(cents) + case when cents_rank <= cents_left then 1 else 0 end) * 0.01 as billed_cost_usd,
    (floor(credit_cents) + case when credit_cents_rank <= credit_cents_left then 1 else 0 end) * 0.01 as credits,
    currency_without_rate
from rounded
