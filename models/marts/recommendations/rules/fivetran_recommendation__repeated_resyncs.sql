-- Repeated re-syncs
--
-- Fivetran forced re-syncs of the connection or of its tables, more than once in the last 30 days.
--
-- Why it matters: A re-sync reads the whole table again: it loads the source, takes hours, and its rows may be paid for.
--
-- How to fix: Read the reason in the log event. Most often the change log of the source expires before Fivetran reads it:
-- lengthen its retention or sync more often. A changing primary key is the next most common cause.

select
    connection_id,
    'Fivetran forced ' || {{ fivetran_logs.counted('forced_resyncs_last_30d', 're-sync') }} || ' in the last 30 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and forced_resyncs_last_30d >= {{ var('fivetran_logs_rule_resyncs') }}
