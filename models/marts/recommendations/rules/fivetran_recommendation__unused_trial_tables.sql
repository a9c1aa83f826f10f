-- Free tables that nothing reads
--
-- Tables of the connection are on a free trial, and no model of your dbt project reads them. Without a manifest of that
-- project (fivetran-logs build --manifest) the rule says nothing. The savings are what the rows of this month so far would
-- have cost, by the price list of fivetran_price_curve.
--
-- Why it matters: When the trial ends, the rows are paid for without anybody having decided so.
--
-- How to fix: Deselect the tables before the trial ends, 14 days after the first sync, or write the model that needs them.

select
    connection_id,
    {{ fivetran_logs.counted('unread_trial_tables', 'table') }} || ' on a free trial, with ' || {{ fivetran_logs.rows_in_words('unread_trial_rows') }}
    || ' rows this month so far: no model of your dbt project reads them.' as evidence,
    {{ fivetran_logs.as_money('cost_of_trial_rows_usd') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and unread_trial_rows >= {{ var('fivetran_logs_rule_unread_trial_rows') }}
