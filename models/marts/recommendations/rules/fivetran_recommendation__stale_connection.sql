-- Stale connection
--
-- No sync has succeeded for longer than the delay threshold of the connection, although the latest one did not fail.
--
-- Why it matters: Its tables look current and are not. No sync is marked as failed, so no alert is sent.
--
-- How to fix: Open the connection in Fivetran and see whether a sync is queued, rescheduled or still running. Start one by
-- hand. If syncs take longer than the schedule allows, sync less often or split the connection.

select
    connection_id,
    coalesce('The last success was ' || {{ fivetran_logs.hours_in_words('hours_since_last_success') }} || ' ago', 'No sync has ever succeeded')
    || coalesce('; a sync is due every ' || {{ fivetran_logs.frequency_in_words('sync_frequency_minutes') }}, '') || '.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and health_status = 'delayed'
