-- The bill by month and destination. A month that usage_cost holds twice (text with and without a day) counts once. Where as-of
-- lies within a month whose bill is known whole, only the part of the usage seen by then has been billed.

with

usage_cost as (

    select
        {{ fivetran_logs.month_in_text('measured_month') }} as month_date,
        destination_id,
        amount,
        _fivetran_synced,
        measured_month
    from {{ ref('stg_fivetran_log__usage_cost') }}

),

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by month_date, destination_id order by _fivetran_synced desc nulls last, measured_month desc
        ) as rank_in_month
    from usage_cost
    where month_date is not null

),

months as (

    select
        month_date,
        destination_id,
        sum(paid_active_rows) as paid_active_rows,
        sum(free_active_rows + paid_active_rows) as total_active_rows,
        sum(case when measured_date <= {{ fivetran_logs.as_of_date() }} then paid_active_rows else 0 end) as paid_rows_so_far,
        sum(case when measured_date <= {{ fivetran_logs.as_of_date() }} then free_active_rows + paid_active_rows else 0 end) as total_rows_so_far,
        min(measured_date) as first_measured_date
    from usage_days
    group by 1, 2

)

select
    ranked.month_date,
    ranked.destination_id,
    round(ranked.amount, 2) as bill_usd,
    round(
        ranked.amount * {{ fivetran_logs.share_so_far(
            'months.paid_rows_so_far', 'months.paid_active_rows', 'months.total_rows_so_far', 'months.total_active_rows'
        ) }},
        2
    ) as cost_usd,
    coalesce(months.first_measured_date <= {{ fivetran_logs.as_of_date() }}, false) as has_usage
from ranked
left join months
    on
        ranked.month_date = months.month_date
        and coalesce(ranked.destination_id, '') = coalesce(months.destination_id, '')
where
    ranked.rank_in_month = 1
    and ranked.month_date <= {{ fivetran_logs.as_of_date() }}
