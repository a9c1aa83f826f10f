-- Jump in paid rows
--
-- The connection already has far more paid active rows this month than in the whole last month. The savings are what this month
-- would cost less with as many rows as last month, by the price list of fivetran_price_curve; without one, at the average price of a row.
--
-- Why it matters: Paid rows make the bill. A jump usually comes from one table: a job that rewrites every row, a changed key, or
-- an unwanted new table.
--
-- How to fix: Find the tables with the query mar_growth. Deselect unused tables, stop jobs that touch every row, or plan a
-- budget for the growth.

select
    connection_id,
    {{ fivetran_logs.rows_in_words('paid_rows_this_month') }} || ' paid rows this month so far, '
    || {{ fivetran_logs.rows_in_words('paid_rows_last_month') }} || ' in the whole last month.' as evidence,
    {{ fivetran_logs.as_money('cost_of_more_rows_usd') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and paid_rows_last_month > 0
    and paid_rows_this_month >= {{ var('fivetran_logs_rule_mar_spike_ratio') }} * paid_rows_last_month
    and paid_rows_this_month - paid_rows_last_month >= {{ var('fivetran_logs_rule_mar_spike_minimum_rows') }}
