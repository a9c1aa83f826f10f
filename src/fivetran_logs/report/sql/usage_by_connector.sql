with

usage as (

    select
        coalesce(
            connector_name,
            case when connection_id is null and total_active_rows = 0 then 'bill without usage' else 'unknown kind' end
        ) as group_name,
        month_date,
        paid_active_rows,
        total_active_rows,
        allocated_cost_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where month_date >= {{ first_month }}

),

ranked as (

    select
        group_name,
        row_number() over (order by sum(paid_active_rows) desc, sum(total_active_rows) desc, group_name) as group_rank
    from usage
    group by group_name

),

-- the six largest by name, and all others as one, because a chart needs few colours
grouped as (

    select
        usage.month_date,
        case when ranked.group_rank <= 6 then usage.group_name else 'all others' end as group_name,
        case when ranked.group_rank <= 6 then ranked.group_rank else 7 end as group_rank,
        usage.paid_active_rows,
        usage.total_active_rows,
        usage.allocated_cost_usd
    from usage
    inner join ranked on usage.group_name = ranked.group_name

)

select
    month_date,
    min(group_name) as connector_name,
    group_rank as connector_rank,
    sum(paid_active_rows) as paid_rows,
    sum(total_active_rows) as total_rows,
    sum(allocated_cost_usd) as cost_usd
from grouped
group by month_date, group_rank
order by month_date, group_rank
