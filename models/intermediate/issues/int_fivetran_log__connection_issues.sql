{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The issues of each connection's last days as figures, and the one error to show of it.

with

issues as (

    select
        issues.*,
        coalesce(fingerprints.is_recurring_error, false) as is_recurring_error,
        fingerprints.occurrences_last_7d
    from {{ ref('int_fivetran_log__issues') }} as issues
    left join {{ ref('int_fivetran_log__issue_fingerprints') }} as fingerprints
        on
            issues.connection_id = fingerprints.connection_id
            and issues.error_fingerprint = fingerprints.error_fingerprint
    left join {{ ref('int_fivetran_log__issue_echoes') }} as echoes on issues.error_id = echoes.error_id
    where
        issues.occurred_at > {{ fivetran_logs.days_ago(30) }}
        and issues.connection_id is not null
        and echoes.error_id is null

),

issue_figures as (

    select
        connection_id,
        count(distinct case
            when occurred_at > {{ fivetran_logs.days_ago(7) }} and severity = 'SEVERE' and is_recurring_error then error_fingerprint
        end) as recurring_errors_7d,
        max(case
            when occurred_at > {{ fivetran_logs.days_ago(7) }} and severity = 'WARNING' and is_recurring_error then occurrences_last_7d
        end) as recurring_warning_7d,
        sum(case when occurred_at > {{ fivetran_logs.days_ago(7) }} and error_category = 'rate_limit' then 1 else 0 end) as rate_limit_events_7d,
        sum(case when message_event in ('forced_resync_connector', 'forced_resync_table') then 1 else 0 end) as forced_resyncs_30d,
        max(case when message_event = 'connection_failure' then occurred_at end) as last_setup_failure_at
    from issues
    group by connection_id

),

last_successes as (

    select
        connection_id,
        max(last_success_at) as last_success_at
    from {{ ref('int_fivetran_log__sync_days') }}
    group by connection_id

),

-- what to show of a connection: the most frequent error of the last 7 days, of equals the latest. What a success has followed
-- since is repaired, however often it was seen, and shown only where nothing came after it.
error_ranks as (

    select
        issues.connection_id,
        issues.error_category,
        issues.error_message,
        issues.suggested_action,
        row_number() over (
            partition by issues.connection_id
            order by
                case when issues.occurred_at <= last_successes.last_success_at then 1 else 0 end,
                issues.occurrences_last_7d desc,
                issues.occurred_at desc,
                issues.error_id
        ) as top_first
    from issues
    left join last_successes on issues.connection_id = last_successes.connection_id
    where issues.severity = 'SEVERE' and issues.occurred_at > {{ fivetran_logs.days_ago(7) }}

),

-- the recurring warning that came most often: rules that look at the same events share a cause
warning_ranks as (

    select
        connection_id,
        error_category,
        message_event,
        row_number() over (
            partition by connection_id order by occurrences_last_7d desc, occurred_at desc, error_id
        ) as top_first
    from issues
    where severity = 'WARNING' and is_recurring_error and occurred_at > {{ fivetran_logs.days_ago(7) }}

)

select
    issue_figures.*,
    error_ranks.error_category as top_error_category,
    error_ranks.error_message as top_error_message,
    error_ranks.suggested_action as top_suggested_action,
    warning_ranks.error_category as recurring_warning_category,
    warning_ranks.message_event as recurring_warning_event
from issue_figures
left join error_ranks on issue_figures.connection_id = error_ranks.connection_id and error_ranks.top_first = 1
left join warning_ranks on issue_figures.connection_id = warning_ranks.connection_id and warning_ranks.top_first = 1
