with

billed as (

    select
        month_date,
        sum(case when is_billed then allocated_cost_usd end) as billed_usd,
        sum(credits) as credits
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date >= {{ first_month }}
    group by month_date

),

projected as (

    select
        month_date,
        sum(projected_cost_usd) as projected_usd,
        sum(projected_cost_low_usd) as projected_low_usd,
        sum(projected_cost_high_usd) as projected_high_usd
    from {{ ref('fct_fivetran_mar_forecast') }}
    group by month_date

),

budgets as (

    select
        month_date,
        budget as budget_usd
    from {{ ref('fct_fivetran_budget_status') }}
    where scope_type = 'account' and unit = 'usd'

),

months as (

    select month_date from billed
    union
    select month_date from projected

)

select
    months.month_date,
    case when months.month_date < {{ this_month }} then 'billed' when months.month_date = {{ this_month }} then 'open' else 'ahead' end as stage,
    billed.billed_usd,
    billed.credits,
    projected.projected_usd,
    projected.projected_low_usd,
    projected.projected_high_usd,
    budgets.budget_usd
from months
left join billed on months.month_date = billed.month_date
left join projected on months.month_date = projected.month_date
left join budgets on months.month_date = budgets.month_date
order by months.month_date
