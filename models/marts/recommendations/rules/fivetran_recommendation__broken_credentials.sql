-- Broken credentials
--
-- The latest sync failed, and the most frequent error of the last 7 days says that the source or the destination refused the
-- login or denied a right.
--
-- Why it matters: No data arrives until somebody renews the login. Fivetran retries, but a retry cannot succeed, and some
-- sources lock an account after repeated refusals.
--
-- How to fix: Open the connection in Fivetran, enter the new password, key or token (or authorize again), check the rights that
-- the message names, and run the setup tests. For a login that belongs to a person, use a service account instead.

select
    connection_id,
    {{ fivetran_logs.last_syncs_in_words('consecutive_failures') }}
    || ' failed; the most frequent error is about ' || top_error_category || '.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and health_status = 'broken'
    and top_error_category in ('authentication', 'permission')
