-- Failures in production are repaired
--
-- No production connection that is neither paused nor deleted has failed for longer than
-- `fivetran_logs_check_incident_hours`.
--
-- Why it matters: A failure that stays open is a control that does not work: data is late and nobody acts.
--
-- How to fix: Repair the connection: `fct_fivetran_problematic_connectors` says what is wrong and what to do.

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    health.is_broken and health.hours_waiting > {{ var('fivetran_logs_check_incident_hours') }} as is_failing,
    'has had no successful sync for ' || {{ fivetran_logs.hours_in_words('health.hours_waiting') }} || '; '
    || {{ fivetran_logs.counted('health.consecutive_failures', 'sync') }} || ' failed since' as problem
from {{ ref('int_fivetran_log__connection_health') }} as health
inner join {{ ref('int_fivetran_log__connections') }} as connections on health.connection_id = connections.connection_id
where
    health.is_latest
    and not health.is_deleted
    and not health.is_paused
    and not health.is_never_synced
    and lower(connections.environment) = lower('{{ var('fivetran_logs_check_production') }}')
