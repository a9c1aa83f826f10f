-- Values that are too long
--
-- Fivetran cut values of the connection several times in the last 30 days, because they were too long for a column of the
-- destination.
--
-- Why it matters: What was cut is lost, JSON that was cut can no longer be parsed, and such columns are most of the volume of
-- a sync.
--
-- How to fix: Find the column in the log event (json_value_too_long). Deselect it if nobody reads it, or let the source keep
-- documents and pictures elsewhere.

select
    connection_id,
    {{ fivetran_logs.counted('cut_values_last_30d', 'event') }} || ' of values that were cut in the last 30 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and cut_values_last_30d >= {{ var('fivetran_logs_rule_cut_values') }}
