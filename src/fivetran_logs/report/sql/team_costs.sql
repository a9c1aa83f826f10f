with

costs as (

    select
        team,
        sum(case when month_date = {{ this_month }} then allocated_cost_usd end) as cost_to_date_usd,
        sum(case when month_date = {{ last_month }} and is_billed then allocated_cost_usd end) as cost_last_month_usd,
        sum(case when month_date = {{ this_month }} then paid_active_rows else 0 end) as paid_rows,
        count(distinct case when month_date = {{ this_month }} then connection_id end) as connections
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date >= {{ last_month }}
    group by team

),

projected as (

    select
        team,
        sum(projected_cost_usd) as projected_usd
    from {{ ref('fct_fivetran_mar_forecast') }}
    where month_date = {{ this_month }}
    group by team

),

budgets as (

    select
        scope as team,
        budget as budget_usd,
        status
    from {{ ref('fct_fivetran_budget_status') }}
    where scope_type = 'team' and unit = 'usd' and month_date = {{ this_month }}

),

-- on the first days of a month a team may have no cost yet
teams as (

    select team from costs
    {{ fivetran_logs.union_distinct() }}
    select team from projected

)

select
    teams.team,
    costs.cost_to_date_usd,
    costs.cost_to_date_usd * 1.0 / nullif(sum(costs.cost_to_date_usd) over (), 0) as share_of_cost,
    projected.projected_usd,
    costs.cost_last_month_usd,
    coalesce(costs.paid_rows, 0) as paid_rows,
    coalesce(costs.connections, 0) as connections,
    budgets.budget_usd,
    budgets.status as budget_status
from teams
left join costs on coalesce(teams.team, '') = coalesce(costs.team, '')
left join projected on coalesce(teams.team, '') = coalesce(projected.team, '')
left join budgets on lower(teams.team) = lower(budgets.team)
order by coalesce(costs.cost_to_date_usd, 0) desc, coalesce(costs.cost_last_month_usd, 0) desc, teams.team
