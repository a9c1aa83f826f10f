-- Never synced
--
-- The connection was set up some time ago, and none of its syncs has ever ended.
--
-- Why it matters: A half-finished connection misleads people who look for its data, and somebody may start it by accident.
--
-- How to fix: Finish its setup and start the first sync, or delete it.

select
    connection_id,
    'Set up' || coalesce(' on ' || {{ fivetran_logs.date_in_words('set_up_at') }}, '') || ', and no sync has completed since.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and health_status = 'never_synced'
    and coalesce(set_up_at, last_sync_at) <= {{ fivetran_logs.days_ago(var('fivetran_logs_rule_never_synced_days')) }}
