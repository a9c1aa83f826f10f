-- Paid tables that nothing reads
--
-- The connection pays for rows of tables that no model of your dbt project reads, directly or not. Without a manifest of that
-- project (fivetran-logs build --manifest) nobody knows, and the rule says nothing. The savings are what this month would cost
-- less without these rows.
--
-- Why it matters: Rows that nobody reads cost as much as all others. Tables are often selected at set-up, just in case, and
-- forgotten.
--
-- How to fix: List the tables with the query unread_tables. Ask whether anybody reads one without dbt (a dashboard, a
-- notebook, reverse ETL), and deselect the others in the schema tab.

select
    connection_id,
    {{ fivetran_logs.counted('unread_tables', 'table') }} || ' with ' || {{ fivetran_logs.rows_in_words('unread_paid_rows') }}
    || ' paid rows this month so far: no model of your dbt project reads them.' as evidence,
    {{ fivetran_logs.as_money('cost_of_unread_rows_usd') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and unread_paid_rows >= {{ var('fivetran_logs_rule_unread_paid_rows') }}
