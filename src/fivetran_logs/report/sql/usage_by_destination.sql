with

usage as (

    select
        coalesce(destination_id, '') as group_key,
        coalesce(destination_name, destination_id, 'unknown destination') as group_name,
        month_date,
        paid_active_rows,
        total_active_rows,
        allocated_cost_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where month_date >= {{ first_month }}

),

ranked as (

    select
        group_key,
        row_number() over (order by sum(paid_active_rows) desc, sum(total_active_rows) desc, group_key) as group_rank
    from usage
    group by group_key

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
    inner join ranked on usage.group_key = ranked.group_key

)

select
    month_date,
    min(group_name) as destination_name,
    group_rank as destination_rank,
    sum(paid_active_rows) as paid_rows,
    sum(total_active_rows) as total_rows,
    sum(allocated_cost_usd) as cost_usd
from grouped
group by month_date, group_rank
order by month_date, group_rank
