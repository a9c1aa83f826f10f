-- Synced more often than used
--
-- The Fivetran transformations that wait for the connection ran far less often in the last 7 days than it synced. A connection
-- without such a transformation is left alone, because nobody knows who reads it.
--
-- Why it matters: Each sync queries the source and wakes the warehouse. What arrives between two runs of the models is not
-- seen before the next one.
--
-- How to fix: If nothing else reads the tables, raise the sync frequency of the connection to that of its transformations, or
-- let them run with each sync.

select
    connection_id,
    {{ fivetran_logs.counted('successful_syncs_last_7d', 'successful sync') }} || ' in the last 7 days, and '
    || {{ fivetran_logs.counted('job_runs_last_7d', 'run') }} || ' of the transformations that wait for it.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and job_runs_last_7d > 0
    and successful_syncs_last_7d >= {{ var('fivetran_logs_rule_syncs_per_run') }} * job_runs_last_7d
