-- Paused and forgotten
--
-- The connection has been paused for a long time. If no record has the date, the date of its last sync or its set-up counts.
--
-- Why it matters: Its tables stay in the destination and look like any other table, but grow older every day. Its credentials
-- stay valid, too.
--
-- How to fix: Ask its owner. Resume it if somebody still needs the data; otherwise delete it, and drop or archive its tables.

select
    connection_id,
    'Paused since ' || {{ fivetran_logs.date_in_words('coalesce(paused_at, last_sync_at, set_up_at)') }} || '.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    is_paused
    and coalesce(paused_at, last_sync_at, set_up_at) <= {{ fivetran_logs.days_ago(var('fivetran_logs_rule_paused_days')) }}
