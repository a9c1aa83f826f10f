-- Slow syncs
--
-- The successful syncs of the last 7 days took far longer than the connection's own 30-day median.
--
-- Why it matters: Data arrives later, and a sync that outgrows its schedule delays the next one. The change often comes from
-- one table or from a busier source.
--
-- How to fix: Look at the slowest stage of the recent syncs (query slowest_syncs): a slow extract points to the source, a slow
-- load to the destination. Look for a table that grew, a re-sync or a missing index.

select
    connection_id,
    'Syncs of the last 7 days took ' || {{ fivetran_logs.in_words('round(cast(mean_duration_ratio_last_7d as ' ~ fivetran_logs.type_decimal() ~ '), 1)') }}
    || ' times their 30-day median on average.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and mean_duration_ratio_last_7d >= {{ var('fivetran_logs_rule_slow_ratio') }}
