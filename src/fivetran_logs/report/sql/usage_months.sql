with

months as (

    select
        month_date,
        max(case when is_month_complete then 1 else 0 end) as is_complete,
        count(distinct connection_id) as connections,
        sum(free_active_rows) as free_rows,
        sum(paid_active_rows) as paid_rows,
        sum(total_active_rows) as total_rows,
        sum(allocated_cost_usd) as cost_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where month_date >= {{ first_month }}
    group by month_date

)

select
    months.month_date,
    months.is_complete,
    months.connections,
    months.free_rows,
    months.paid_rows,
    months.total_rows,
    months.cost_usd,
    -- an open month is compared with the same days of the month before, on the overview, never with all of it
    case when months.is_complete = 1 then (months.paid_rows - earlier.paid_rows) * 1.0 / nullif(earlier.paid_rows, 0) end
        as paid_rows_change_share,
    case when months.is_complete = 1 then (months.cost_usd - earlier.cost_usd) * 1.0 / nullif(earlier.cost_usd, 0) end
        as cost_change_share
from months
left join months as earlier on earlier.month_date = {{ fivetran_logs.date_add('month', -1, 'months.month_date') }}
order by months.month_date
