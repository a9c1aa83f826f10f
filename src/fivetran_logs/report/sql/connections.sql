with

usage as (

    select
        connection_id,
        sum(case when month_date = {{ this_month }} then paid_active_rows end) as paid_rows_this_month,
        sum(case when month_date = {{ this_month }} then total_active_rows end) as total_rows_this_month,
        sum(case when month_date = {{ this_month }} then share_of_paid end) as share_of_paid_this_month,
        sum(case when month_date = {{ this_month }} then allocated_cost_usd end) as cost_this_month_usd,
        sum(case when month_date = {{ last_month }} then paid_active_rows end) as paid_rows_last_month,
        sum(case when month_date = {{ last_month }} then allocated_cost_usd end) as cost_last_month_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where connection_id is not null and month_date >= {{ last_month }}
    group by connection_id

),

stages as (

    select
        connection_id,
        count(*) as syncs_last_30d,
        sum(extract_seconds) as extract_seconds_last_30d,
        sum(process_seconds) as process_seconds_last_30d,
        sum(load_seconds) as load_seconds_last_30d,
        sum(case when is_duration_anomaly then 1 else 0 end) as anomalous_syncs_last_30d
    from {{ ref('fct_fivetran_sync_performance') }}
    where coalesce(sync_completed_at, sync_started_at) > {{ days_30 }}
        and coalesce(sync_completed_at, sync_started_at) <= {{ as_of_at }}
    group by connection_id

),

waiting as (

    select
        connection_id,
        min(started_at) as started_at
    from {{ ref('fct_fivetran_incidents') }}
    where is_waiting
    group by connection_id

),

advice as (

    select
        connection_id,
        sum(case when is_leading then 1 else 0 end) as recommendations
    from {{ ref('fct_fivetran_connector_recommendations') }}
    group by connection_id

)

select
    health.connection_id,
    health.connection_name,
    health.connector_name,
    health.destination_name,
    health.health_status,
    health.health_score,
    health.reliability_score,
    health.freshness_score,
    health.stability_score,
    health.performance_score,
    health.set_up_at,
    health.sync_frequency_minutes,
    health.delay_threshold_hours,
    health.last_sync_status,
    health.last_sync_at,
    health.last_successful_sync_at,
    health.last_failed_sync_at,
    health.hours_since_last_success,
    health.consecutive_failures,
    health.total_syncs,
    health.total_syncs_last_7d,
    health.successful_syncs_last_7d,
    health.failed_syncs_last_7d,
    health.success_rate_last_7d,
    health.success_rate_last_30d,
    health.median_sync_duration_seconds as median_duration_seconds_last_30d,
    health.p95_sync_duration_seconds as p95_duration_seconds_last_30d,
    health.mean_duration_ratio_last_7d,
    health.rows_synced_last_7d,
    health.errors_last_7d,
    health.warnings_last_7d,
    health.incidents_last_30d,
    health.schema_changes_last_30d,
    health.breaking_changes_last_30d,
    coalesce(stages.anomalous_syncs_last_30d, 0) as anomalous_syncs_last_30d,
    stages.extract_seconds_last_30d,
    stages.process_seconds_last_30d,
    stages.load_seconds_last_30d,
    problems.priority_rank as problem_rank,
    problems.severity as problem_severity,
    case
        when problems.connection_id is null then null
        when waiting.started_at is not null then waiting.started_at
        when health.health_status in ('delayed', 'never_synced') then coalesce(health.last_successful_sync_at, health.set_up_at)
    end as problem_since_at,
    problems.problem_summary,
    substring(problems.top_error_message, 1, 600) as top_error_message,
    problems.recommended_action,
    problems.paid_active_rows_at_risk as paid_rows_at_risk,
    problems.tables_at_risk,
    usage.paid_rows_this_month,
    usage.total_rows_this_month,
    usage.share_of_paid_this_month,
    usage.cost_this_month_usd,
    usage.paid_rows_last_month,
    usage.cost_last_month_usd,
    benchmark.connections_of_type,
    benchmark.type_median_success_rate,
    benchmark.success_rate_percentile,
    benchmark.type_median_duration_seconds,
    benchmark.duration_percentile,
    benchmark.rows_per_second as rows_per_second_last_30d,
    benchmark.type_median_rows_per_second,
    benchmark.rows_per_second_percentile,
    coalesce(advice.recommendations, 0) as recommendations,
    health.owner,
    health.team,
    health.cost_centre,
    health.environment,
    health.criticality
from {{ ref('fct_fivetran_connector_health') }} as health
left join {{ ref('fct_fivetran_problematic_connectors') }} as problems on health.connection_id = problems.connection_id
left join {{ ref('fct_fivetran_connector_benchmark') }} as benchmark on health.connection_id = benchmark.connection_id
left join usage on health.connection_id = usage.connection_id
left join stages on health.connection_id = stages.connection_id
left join waiting on health.connection_id = waiting.connection_id
left join advice on health.connection_id = advice.connection_id
order by
    -- worst first: connections with a problem, then by score, then those without a score
    case when problems.priority_rank is null then 1 else 0 end,
    problems.priority_rank,
    case when health.health_score is null then 1 else 0 end,
    health.health_score,
    health.connection_name,
    health.connection_id
