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
    case when months.month_date < {{ this_month }} then (billed.billed_usd - earlier.billed_usd) * 1.0 / nullif(earlier.billed_usd, 0) end
        as billed_change_share,
    billed.credits,
    projected.projected_usd,
    projected.projected_low_usd,
    projected.projected_high_usd,
    -- what comes on top of the bill to date
    case
        when projected.projected_usd > coalesce(billed.billed_usd, 0) then projected.projected_usd - coalesce(billed.billed_usd, 0)
        when projected.projected_usd is not null then 0
    end as projected_rest_usd,
    budgets.budget_usd,
    projected.projected_usd - budgets.budget_usd as budget_gap_usd
from months
left join billed on months.month_date = billed.month_date
left join billed as earlier on earlier.month_date = {{ fivetran_logs.date_add('month', -1, 'months.month_date') }}
left join projected on months.month_date = projected.month_date
left join budgets on months.month_date = budgets.month_date
order by months.month_date
