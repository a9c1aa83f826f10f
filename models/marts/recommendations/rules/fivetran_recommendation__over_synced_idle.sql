-- Idle syncs
--
-- The connection syncs often, and nearly all of its successful syncs of the last 7 days changed no row.
--
-- Why it matters: Each sync queries the source and wakes the warehouse of the destination, whether it brings a row or not.
--
-- How to fix: Raise the sync frequency of the connection to the longest interval that its readers accept.

select
    connection_id,
    {{ fivetran_logs.count_in_words('idle_syncs_last_7d') }} || ' of ' || {{ fivetran_logs.counted('successful_syncs_last_7d', 'sync') }}
    || ' in the last 7 days changed no row; it syncs every ' || {{ fivetran_logs.frequency_in_words('sync_frequency_minutes') }} || '.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and sync_frequency_minutes < {{ var('fivetran_logs_rule_idle_frequency_minutes') }}
    and successful_syncs_last_7d >= {{ var('fivetran_logs_rule_idle_minimum_syncs') }}
    and idle_syncs_last_7d >= {{ var('fivetran_logs_rule_idle_share') }} * successful_syncs_last_7d
