{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Month to date on each report day. The bill comes by month only: of a month's bill, a day has seen the share of its paid rows
-- that had come by then; where the month has none, of all its rows; and all of it where it has no rows.

with

calendar as (

    select * from {{ ref('int_fivetran_log__calendar') }}

),

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}

),

monthly_costs as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

rows_to_date as (

    select
        calendar.report_date,
        calendar.month_date,
        usage_days.destination_id,
        sum(case when usage_days.measured_date <= calendar.report_date then usage_days.free_active_rows else 0 end) as free_active_rows,
        sum(case when usage_days.measured_date <= calendar.report_date then usage_days.paid_active_rows else 0 end) as paid_active_rows,
        sum(usage_days.paid_active_rows) as paid_active_rows_of_month,
        sum(usage_days.free_active_rows + usage_days.paid_active_rows) as total_active_rows_of_month
    from calendar
    inner join usage_days on calendar.month_date = usage_days.month_date
    group by 1, 2, 3

),

costs_to_date as (

    select
        calendar.report_date,
        -- each to the cent, so that they sum to what the mart of costs says of the day
        sum(round(
            monthly_costs.bill_usd
            * {{ fivetran_logs.share_so_far(
                'rows_to_date.paid_active_rows',
                'rows_to_date.paid_active_rows_of_month',
                'rows_to_date.free_active_rows + rows_to_date.paid_active_rows',
                'rows_to_date.total_active_rows_of_month',
            ) }},
            2
        )) as month_to_date_cost_usd
    from calendar
    inner join monthly_costs on calendar.month_date = monthly_costs.month_date
    left join rows_to_date
        on
            calendar.report_date = rows_to_date.report_date
            and coalesce(monthly_costs.destination_id, '') = coalesce(rows_to_date.destination_id, '')
    group by calendar.report_date

),

totals as (

    select
        report_date,
        sum(free_active_rows) as free_active_rows,
        sum(paid_active_rows) as paid_active_rows
    from rows_to_date
    group by report_date

)

select
    calendar.report_date,
    coalesce(totals.free_active_rows, 0) as free_active_rows,
    coalesce(totals.paid_active_rows, 0) as paid_active_rows,
    coalesce(totals.free_active_rows, 0) + coalesce(totals.paid_active_rows, 0) as total_active_rows,
    costs_to_date.month_to_date_cost_usd
from calendar
left join totals on calendar.report_date = totals.report_date
left join costs_to_date on calendar.report_date = costs_to_date.report_date
