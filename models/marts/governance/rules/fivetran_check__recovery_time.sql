-- Failures in production are repaired soon
--
-- The failures of a production connection that ended in the last `fivetran_logs_check_days` days took at most
-- `fivetran_logs_check_recovery_hours` on average. Connections without an ended failure are not looked at.
--
-- Why it matters: How long recovery takes is what a plan for continuity promises; only measured times show whether it is kept.
--
-- How to fix: See in `fct_fivetran_incidents` what the long ones had in common, and who was told when.

{% set mean_seconds = 'avg(' ~ fivetran_logs.seconds_between('incidents.started_at', 'incidents.ended_at') ~ ')' -%}

select
    connections.connection_id as object_id,
    max(connections.connection_name) as object_name,
    {{ fivetran_logs.steady(mean_seconds) }} > 3600 * {{ var('fivetran_logs_check_recovery_hours') }} as is_failing,
    'took '
    || {{ fivetran_logs.hours_in_words(fivetran_logs.steady(mean_seconds) ~ ' / 3600') }}
    || ' on average to recover from ' || {{ fivetran_logs.counted('count(*)', 'failure') }} as problem
from {{ ref('int_fivetran_log__incidents') }} as incidents
inner join {{ ref('int_fivetran_log__connections') }} as connections on incidents.connection_id = connections.connection_id
where
    incidents.ended_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
    and not connections.is_deleted
    and lower(connections.environment) = lower('{{ var('fivetran_logs_check_production') }}')
group by connections.connection_id
