-- Failed setup tests
--
-- The setup tests of the connection failed in the last 30 days; since then neither has a setup test passed nor a sync
-- succeeded.
--
-- Why it matters: The connection cannot sync, or will stop at the next change, and the test already says why.
--
-- How to fix: Run the setup tests in Fivetran and fix the first one that fails.

select
    connection_id,
    'Its setup tests failed on ' || {{ fivetran_logs.date_in_words('last_setup_failure_at') }} || ' and have not passed since.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and last_setup_failure_at is not null
    and not coalesce(last_setup_success_at >= last_setup_failure_at or last_successful_sync_at >= last_setup_failure_at, false)
