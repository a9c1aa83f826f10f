-- Paid re-syncs
--
-- Fivetran counted paid rows of this month as rows of a historical sync: a re-sync found them changed. The savings are what
-- this month would cost less without them.
--
-- Why it matters: Rows that a re-sync finds unchanged are free. Rows that it finds changed are paid for, and a re-sync after a
-- change of every row (a new column with a default, a corrected time zone) pays for the whole table.
--
-- How to fix: Read the reason of the re-sync in the log. Before the next one, ask whether one table is enough, and let it run
-- on the first days of a month in which the rows are paid for anyway.

select
    connection_id,
    {{ fivetran_logs.rows_in_words('resynced_paid_rows') }} || ' of ' || {{ fivetran_logs.rows_in_words('paid_rows_this_month') }}
    || ' paid rows this month so far were read by a re-sync.' as evidence,
    {{ fivetran_logs.as_money('cost_of_resynced_rows_usd') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and resynced_paid_rows >= {{ var('fivetran_logs_rule_paid_resync_rows') }}
