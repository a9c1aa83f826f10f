-- History mode with many updates
--
-- Tables of the connection are kept in history mode (they have the column _fivetran_active), and many of their rows were
-- updated in the last 30 days. What other modes would cost is not in the log, so there is no estimate of savings. Where the
-- source does not list the columns (Standard plan), the rule says nothing.
--
-- Why it matters: In history mode each update is a new row in the destination and a new paid row. Otherwise a row counts once
-- a month, however often it is updated.
--
-- How to fix: Ask who reads the versions of these tables. Keep history mode only for those, or take a snapshot a day in dbt
-- instead.

select
    connection_id,
    {{ fivetran_logs.counted('history_tables', 'table') }} || ' in history mode, with ' || {{ fivetran_logs.rows_in_words('history_updates_last_30d') }}
    || ' updates in the last 30 days: each is a paid row.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and history_updates_last_30d >= {{ var('fivetran_logs_rule_history_updates') }}
