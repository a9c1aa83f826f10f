with

months as (

    select
        connection_id,
        -- usage that matches no connection is grouped by its name and destination, and so are bills without usage
        case when connection_id is null then connection_name end as unmatched_name,
        case when connection_id is null then destination_id end as unmatched_destination,
        month_date,
        min(destination_name) as destination_name,
        sum(free_active_rows) as free_rows,
        sum(paid_active_rows) as paid_rows,
        sum(total_active_rows) as total_rows,
        sum(share_of_paid) as share_of_paid,
        sum(allocated_cost_usd) as cost_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where month_date >= {{ first_month }}
    group by
        connection_id,
        case when connection_id is null then connection_name end,
        case when connection_id is null then destination_id end,
        month_date

)

select
    months.connection_id as connection,
    months.unmatched_name,
    months.destination_name,
    months.month_date,
    months.free_rows,
    months.paid_rows,
    months.total_rows,
    months.share_of_paid,
    months.cost_usd,
    earlier.paid_rows as paid_rows_month_before,
    (months.paid_rows - earlier.paid_rows) * 1.0 / nullif(earlier.paid_rows, 0) as paid_rows_change_share
from months
left join months as earlier
    on
        earlier.month_date = {{ fivetran_logs.date_add('month', -1, 'months.month_date') }}
        and coalesce(earlier.connection_id, '') = coalesce(months.connection_id, '')
        and coalesce(earlier.unmatched_name, '') = coalesce(months.unmatched_name, '')
        and coalesce(earlier.unmatched_destination, '') = coalesce(months.unmatched_destination, '')
order by months.month_date, months.paid_rows desc, months.connection_id, months.unmatched_name, months.unmatched_destination
