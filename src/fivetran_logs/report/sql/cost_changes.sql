-- The last whole month against the one before: what more (or fewer) rows cost at the old price, and what the new price adds. A charge
-- without rows, such as transformations, changes by price. A destination that lacks the bill of one of the two months is left out: nobody
-- knows yet what it changed.
with

without_bill as (

    select distinct coalesce(destination_id, '') as destination_id
    from {{ ref('fct_fivetran_cost_allocation') }}
    where
        not is_billed
        and paid_active_rows > 0
        and month_date < {{ this_month }}
        and month_date >= {{ fivetran_logs.date_add('month', -1, last_month) }}

),

months as (

    select
        connection_id,
        case when connection_id is null then connection_name end as unmatched_name,
        case when connection_id is null and connection_name is null then charge_kind end as charge_kind,
        case when connection_id is null then destination_id end as unmatched_destination,
        min(destination_name) as destination_name,
        sum(case when month_date = {{ last_month }} then allocated_cost_usd else 0 end) as cost_usd,
        sum(case when month_date < {{ last_month }} then allocated_cost_usd else 0 end) as cost_before_usd,
        sum(case when month_date = {{ last_month }} then paid_active_rows else 0 end) as paid_rows,
        sum(case when month_date < {{ last_month }} then paid_active_rows else 0 end) as paid_rows_before
    from {{ ref('fct_fivetran_cost_allocation') }}
    where
        is_billed
        and month_date < {{ this_month }}
        and month_date >= {{ fivetran_logs.date_add('month', -1, last_month) }}
        and coalesce(destination_id, '') not in (select without_bill.destination_id from without_bill)
    group by 1, 2, 3, 4

),

changed as (

    select
        *,
        cost_usd - cost_before_usd as change_usd,
        case
            when paid_rows_before > 0 and paid_rows > 0
                then (paid_rows - paid_rows_before) * {{ fivetran_logs.as_double('cost_before_usd') }} / paid_rows_before
            when paid_rows = paid_rows_before then 0
            else cost_usd - cost_before_usd
        end as change_by_rows_usd
    from months

)

select
    connection_id as connection,
    unmatched_name,
    charge_kind,
    destination_name,
    cost_usd,
    cost_before_usd,
    change_usd,
    change_by_rows_usd,
    change_usd - change_by_rows_usd as change_by_price_usd,
    paid_rows,
    paid_rows_before
from changed
where change_usd <> 0
order by abs(change_usd) desc, connection_id, unmatched_name, charge_kind, unmatched_destination
limit 50
