-- Rate limits
--
-- The source refused calls of the connection because a rate limit was reached, several times in the last 7 days.
--
-- Why it matters: Fivetran waits and tries again, so syncs end late, and other tools that use the same API account may be
-- refused as well.
--
-- How to fix: Sync less often, sync fewer reports, give Fivetran its own API account, or ask the source for a higher
-- limit.

select
    connection_id,
    'The source limited the rate ' || {{ fivetran_logs.counted('rate_limit_events_last_7d', 'time') }} || ' in the last 7 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and rate_limit_events_last_7d >= {{ var('fivetran_logs_rule_rate_limit_events') }}
