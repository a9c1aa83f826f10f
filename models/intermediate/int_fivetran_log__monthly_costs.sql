-- The bill by month and destination. A month that usage_cost tells twice (text with and without a day) is told once.

with

usage_cost as (

    select
        {{ fivetran_logs.month_of(fivetran_logs.date_in_text("(substring(measured_month, 1, 7) || '-01')")) }} as month_date,
        destination_id,
        amount,
        _fivetran_synced,
        measured_month
    from {{ ref('stg_fivetran_log__usage_cost') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by month_date, destination_id order by _fivetran_synced desc nulls last, measured_month desc
        ) as rank_in_month
    from usage_cost
    where month_date is not null

)

select
    month_date,
    destination_id,
    round(amount, 2) as cost_usd
from ranked
where
    rank_in_month = 1
    and month_date <= {{ fivetran_logs.as_of_date() }}
