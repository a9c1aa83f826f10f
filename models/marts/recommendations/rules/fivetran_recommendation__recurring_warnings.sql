-- Recurring warnings
--
-- One warning of the connection keeps coming back.
--
-- Why it matters: A warning that always appears trains people to ignore the log, and the next, new warning is missed.
--
-- How to fix: Find the warning in the errors of the connection, and follow its suggested action. If it is harmless, silence
-- this rule for the connection.

select
    connection_id,
    'One warning came ' || {{ fivetran_logs.counted('recurring_warning_last_7d', 'time') }} || ' in the last 7 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and recurring_warning_last_7d >= {{ var('fivetran_logs_rule_recurring_warnings') }}
