-- Each figure as it stood on its day: health from the state of every connection on that day, usage and cost up to that day.

with

calendar as (

    select * from {{ ref('int_fivetran_log__calendar') }}

),

health as (

    select
        report_date,
        sum(case when not is_deleted then 1 else 0 end) as total_connectors,
        sum(case when not is_deleted and not is_paused then 1 else 0 end) as active_connectors,
        sum(case when health_status = 'healthy' then 1 else 0 end) as healthy_connectors,
        sum(case when health_status = 'broken' then 1 else 0 end) as failing_connectors,
        avg(health_score) as platform_health_score
    from {{ ref('int_fivetran_log__connection_health') }}
    group by report_date

),

sync_days as (

    select
        activity_date,
        sum(total_syncs) as total_syncs,
        sum(successful_syncs) as successful_syncs,
        sum(failed_syncs) as failed_syncs,
        sum(rows_synced) as rows_synced
    from {{ ref('int_fivetran_log__sync_days') }}
    group by activity_date

),

errors as (

    select
        issues.occurred_at,
        issues.error_date,
        issues.connection_id,
        -- recurring as of then: its second sighting lies no later than this occurrence's day
        coalesce(cast(fingerprints.recurring_since_at as date) <= issues.error_date, false) as is_recurring_by_then
    from {{ ref('int_fivetran_log__issues') }} as issues
    left join {{ ref('int_fivetran_log__issue_fingerprints') }} as fingerprints
        on
            coalesce(issues.connection_id, '') = coalesce(fingerprints.connection_id, '')
            and issues.error_fingerprint = fingerprints.error_fingerprint
    left join {{ ref('int_fivetran_log__issue_echoes') }} as echoes on issues.error_id = echoes.error_id
    where
        echoes.error_id is null
        and issues.severity = 'SEVERE'
        and issues.error_date >= {{ fivetran_logs.date_add('day', '-(' ~ var('fivetran_logs_report_days') ~ ' + 15)', fivetran_logs.as_of_date()) }}

),

error_days as (

    select
        error_date,
        count(*) as total_errors,
        count(distinct connection_id) as connectors_with_errors,
        count(distinct case when is_recurring_by_then then connection_id end) as connectors_with_recurring_errors
    from errors
    group by error_date

),

error_weeks as (

    select
        calendar.report_date,
        sum(case when errors.occurred_at > {{ fivetran_logs.time_add('day', -7, 'calendar.as_of_at') }} then 1 else 0 end) as errors_last_7d,
        sum(case when errors.occurred_at <= {{ fivetran_logs.time_add('day', -7, 'calendar.as_of_at') }} then 1 else 0 end) as errors_previous_7d
    from calendar
    inner join errors
        on
            errors.occurred_at > {{ fivetran_logs.time_add('day', -14, 'calendar.as_of_at') }}
            and errors.occurred_at <= calendar.as_of_at
    group by calendar.report_date

),

schema_change_days as (

    select
        change_date,
        count(*) as schema_changes
    from {{ ref('int_fivetran_log__schema_changes') }}
    where caused_by_change_id is null
    group by change_date

),

usage_to_date as (

    select * from {{ ref('int_fivetran_log__usage_to_date') }}

)

select
    calendar.report_date,
    calendar.is_latest,
    {%- for column in ['total_connectors', 'active_connectors', 'healthy_connectors', 'failing_connectors'] %}
    {{ fivetran_logs.as_rows('coalesce(health.' ~ column ~ ', 0)') }} as {{ column }},
    {%- endfor %}
    {{ fivetran_logs.as_double('100.0 * health.healthy_connectors / nullif(health.active_connectors, 0)') }} as connector_health_percentage,
    {{ fivetran_logs.as_double('health.platform_health_score') }} as platform_health_score,
    {%- for column in ['total_syncs', 'successful_syncs', 'failed_syncs'] %}
    {{ fivetran_logs.as_rows('coalesce(sync_days.' ~ column ~ ', 0)') }} as {{ column }},
    {%- endfor %}
    {{ fivetran_logs.success_rate('sync_days.successful_syncs', 'sync_days.failed_syncs') }} as sync_success_rate,
    {{ fivetran_logs.as_rows('coalesce(sync_days.rows_synced, 0)') }} as rows_synced,
    {%- for column in ['total_active_rows', 'free_active_rows', 'paid_active_rows'] %}
    {{ fivetran_logs.as_rows('coalesce(usage_to_date.' ~ column ~ ', 0)') }} as {{ column }},
    {%- endfor %}
    {{ fivetran_logs.as_rows('coalesce(error_days.total_errors, 0)') }} as total_errors,
    {{ fivetran_logs.as_rows('coalesce(error_weeks.errors_last_7d, 0)') }} as errors_last_7d,
    {{ fivetran_logs.as_rows('coalesce(error_weeks.errors_previous_7d, 0)') }} as errors_previous_7d,
    {{ fivetran_logs.as_double('error_weeks.errors_last_7d - error_weeks.errors_previous_7d') }}
        / nullif(error_weeks.errors_previous_7d, 0) as error_trend_pct,
    {{ fivetran_logs.as_rows('coalesce(error_days.connectors_with_errors, 0)') }} as connectors_with_errors,
    {{ fivetran_logs.as_rows('coalesce(error_days.connectors_with_recurring_errors, 0)') }} as connectors_with_recurring_errors,
    {{ fivetran_logs.as_rows('coalesce(schema_change_days.schema_changes, 0)') }} as schema_changes,
    {{ fivetran_logs.as_money('usage_to_date.month_to_date_cost_usd') }} as month_to_date_cost_usd
from calendar
left join health on calendar.report_date = health.report_date
left join sync_days on calendar.report_date = sync_days.activity_date
left join error_days on calendar.report_date = error_days.error_date
left join error_weeks on calendar.report_date = error_weeks.report_date
left join schema_change_days on calendar.report_date = schema_change_days.change_date
left join usage_to_date on calendar.report_date = usage_to_date.report_date
