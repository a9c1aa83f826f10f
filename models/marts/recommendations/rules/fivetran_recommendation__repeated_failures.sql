-- Repeated failures
--
-- A notable share of the finished syncs of the last 7 days failed.
--
-- Why it matters: Each failure delays every table of the connection. A connection that fails often and recovers by itself hides
-- its cause until it no longer recovers.
--
-- How to fix: Look at the errors of the connection in the report or with the query latest_errors. If they share one message,
-- follow its suggested action; if they share one hour of the day, look for a backup, a deployment or a rate limit at that hour.

select
    connection_id,
    {{ fivetran_logs.counted('failed_syncs_last_7d', 'sync') }} || ' of '
    || {{ fivetran_logs.count_in_words('successful_syncs_last_7d + failed_syncs_last_7d') }} || ' failed in the last 7 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and failed_syncs_last_7d >= {{ var('fivetran_logs_rule_repeated_failures_syncs') }}
    and failed_syncs_last_7d >= {{ var('fivetran_logs_rule_repeated_failures_rate') }} * (successful_syncs_last_7d + failed_syncs_last_7d)
