with

costs as (

    select
        month_date,
        sum(case when is_billed then allocated_cost_usd end) as billed_usd,
        sum(case when not is_billed then allocated_cost_usd end) as estimated_usd,
        sum(allocated_cost_usd) as cost_usd,
        sum(case when charge_kind = 'transformation' then allocated_cost_usd end) as transformations_usd,
        sum(credits) as credits
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date >= {{ first_month }}
    group by month_date

),

projected as (

    select
        month_date,
        sum(projected_cost_usd) as projected_usd,
        sum(case when charge_kind = 'transformation' then projected_cost_usd end) as projected_transformations_usd,
        {{ fivetran_logs.distance_of_sum('projected_cost_usd - projected_cost_low_usd') }} as down_to_usd,
        {{ fivetran_logs.distance_of_sum('projected_cost_high_usd - projected_cost_usd') }} as up_to_usd
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

    select month_date from costs
    {{ fivetran_logs.union_distinct() }}
    select month_date from projected

),

whole as (

    select
        months.month_date,
        costs.billed_usd,
        costs.estimated_usd,
        costs.cost_usd,
        costs.credits,
        costs.transformations_usd,
        projected.projected_usd,
        projected.projected_transformations_usd,
        projected.down_to_usd,
        projected.up_to_usd
    from months
    left join costs on months.month_date = costs.month_date
    left join projected on months.month_date = projected.month_date

)

select
    whole.month_date,
    case when whole.month_date < {{ this_month }} then 'billed' when whole.month_date = {{ this_month }} then 'open' else 'ahead' end as stage,
    whole.billed_usd,
    -- of destinations that have no bill of the open month yet
    case when whole.month_date = {{ this_month }} then whole.estimated_usd end as estimated_usd,
    case when whole.month_date < {{ this_month }} then (whole.billed_usd - earlier.billed_usd) * 1.0 / nullif(earlier.billed_usd, 0) end
        as billed_change_share,
    whole.credits,
    whole.projected_usd,
    case
        when whole.month_date = {{ this_month }} and whole.projected_usd - whole.down_to_usd < whole.cost_usd then whole.cost_usd
        else whole.projected_usd - whole.down_to_usd
    end as projected_low_usd,
    whole.projected_usd + whole.up_to_usd as projected_high_usd,
    whole.transformations_usd,
    whole.projected_transformations_usd,
    -- what comes on top of the bill to date
    case
        when whole.projected_usd > coalesce(whole.billed_usd, 0) then whole.projected_usd - coalesce(whole.billed_usd, 0)
        when whole.projected_usd is not null then 0
    end as projected_rest_usd,
    budgets.budget_usd,
    whole.projected_usd - budgets.budget_usd as budget_gap_usd
from whole
left join whole as earlier on earlier.month_date = {{ fivetran_logs.date_add('month', -1, 'whole.month_date') }}
left join budgets on whole.month_date = budgets.month_date
order by whole.month_date
