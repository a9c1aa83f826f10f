-- One pass for teams and one for owners, over the same figures of each connection.

with

health as (

    select
        connection_id,
        'team' as kind,
        team as owned_by,
        health_status
    from {{ ref('fct_fivetran_connector_health') }}
    where team is not null

    union all

    select
        connection_id,
        'owner' as kind,
        owner as owned_by,
        health_status
    from {{ ref('fct_fivetran_connector_health') }}
    where owner is not null

),

problems as (

    select
        connection_id,
        case when severity in ('critical', 'high') then 1 else 0 end as is_urgent
    from {{ ref('fct_fivetran_problematic_connectors') }}

),

levels as (

    select
        dimension_id as connection_id,
        sum(case when month_date = {{ this_month }} then minutes_fresh end) as minutes_fresh,
        sum(case when month_date = {{ this_month }} then minutes_stale end) as minutes_stale,
        sum(case when month_date = {{ this_month }} then error_budget_minutes end) as error_budget_minutes,
        sum(case when month_date = {{ last_month }} then minutes_fresh end) as minutes_fresh_last_month,
        sum(case when month_date = {{ last_month }} then minutes_stale end) as minutes_stale_last_month
    from {{ ref('fct_fivetran_service_levels') }}
    where dimension = 'connection'
    group by dimension_id

),

owned as (

    select
        health.kind,
        health.owned_by,
        count(*) as connections,
        sum(case when health.health_status not in ('paused', 'deleted') then 1 else 0 end) as active_connections,
        sum(case when health.health_status = 'healthy' then 1 else 0 end) as healthy_connections,
        sum(case when problems.connection_id is not null then 1 else 0 end) as problems,
        coalesce(sum(problems.is_urgent), 0) as urgent_problems,
        sum(levels.minutes_fresh) / nullif(sum(levels.minutes_fresh + levels.minutes_stale), 0) as fresh_share,
        1 - sum(levels.error_budget_minutes) / nullif(sum(levels.minutes_fresh + levels.minutes_stale), 0) as freshness_target,
        sum(levels.error_budget_minutes) - sum(levels.minutes_stale) as error_budget_left_minutes,
        sum(levels.minutes_fresh_last_month) / nullif(sum(levels.minutes_fresh_last_month + levels.minutes_stale_last_month), 0) as fresh_share_last_month
    from health
    left join problems on health.connection_id = problems.connection_id
    left join levels on health.connection_id = levels.connection_id
    group by health.kind, health.owned_by

),

costs as (

    select
        'team' as kind,
        team as owned_by,
        sum(case when month_date = {{ this_month }} and is_billed then allocated_cost_usd end) as cost_to_date_usd,
        sum(case when month_date = {{ last_month }} and is_billed then allocated_cost_usd end) as cost_last_month_usd
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date >= {{ last_month }} and team is not null
    group by team

    union all

    select
        'owner' as kind,
        owner as owned_by,
        sum(case when month_date = {{ this_month }} and is_billed then allocated_cost_usd end) as cost_to_date_usd,
        sum(case when month_date = {{ last_month }} and is_billed then allocated_cost_usd end) as cost_last_month_usd
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date >= {{ last_month }} and owner is not null
    group by owner

),

projections as (

    select
        'team' as kind,
        team as owned_by,
        sum(projected_cost_usd) as projected_usd
    from {{ ref('fct_fivetran_mar_forecast') }}
    where month_date = {{ this_month }} and team is not null
    group by team

    union all

    select
        'owner' as kind,
        owner as owned_by,
        sum(projected_cost_usd) as projected_usd
    from {{ ref('fct_fivetran_mar_forecast') }}
    where month_date = {{ this_month }} and owner is not null
    group by owner

),

budgets as (

    select
        scope,
        budget as budget_usd,
        status
    from {{ ref('fct_fivetran_budget_status') }}
    where scope_type = 'team' and unit = 'usd' and month_date = {{ this_month }}

)

select
    owned.kind,
    case when owned.kind = 'team' then owned.owned_by end as team,
    case when owned.kind = 'owner' then owned.owned_by end as owner,
    owned.connections,
    owned.active_connections,
    owned.healthy_connections,
    owned.problems,
    owned.urgent_problems,
    costs.cost_to_date_usd,
    projections.projected_usd,
    costs.cost_last_month_usd,
    budgets.budget_usd,
    budgets.status as budget_status,
    owned.fresh_share,
    owned.freshness_target,
    owned.error_budget_left_minutes,
    owned.fresh_share_last_month
from owned
left join costs on owned.kind = costs.kind and owned.owned_by = costs.owned_by
left join projections on owned.kind = projections.kind and owned.owned_by = projections.owned_by
left join budgets on owned.kind = 'team' and lower(owned.owned_by) = lower(budgets.scope)
order by owned.kind desc, owned.urgent_problems desc, owned.problems desc, coalesce(costs.cost_to_date_usd, 0) desc, owned.owned_by
