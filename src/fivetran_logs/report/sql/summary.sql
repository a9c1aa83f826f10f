with

days as (

    select
        max(case when is_latest then platform_health_score end) as health_score,
        max(case when report_date = {{ week_before }} then platform_health_score end) as health_score_7d_before,
        max(case when is_latest then total_connectors end) as total_connections,
        max(case when is_latest then active_connectors end) as active_connections,
        max(case when is_latest then healthy_connectors end) as healthy_connections,
        max(case when is_latest then connector_health_percentage end) / 100 as healthy_share,
        max(case when report_date = {{ week_before }} then connector_health_percentage end) / 100 as healthy_share_7d_before,
        max(case when is_latest then errors_last_7d end) as errors_last_7d,
        max(case when is_latest then errors_previous_7d end) as errors_previous_7d,
        max(case when is_latest then error_trend_pct end) as error_change_share,
        max(case when is_latest then total_active_rows end) as total_rows_month_to_date,
        max(case when is_latest then paid_active_rows end) as paid_rows_month_to_date,
        max(case when report_date = {{ month_before }} then paid_active_rows end) as paid_rows_same_day_last_month,
        max(case when is_latest then month_to_date_cost_usd end) as cost_month_to_date_usd,
        max(case when report_date = {{ month_before }} then month_to_date_cost_usd end) as cost_same_day_last_month_usd
    from {{ ref('fct_fivetran_executive_dashboard') }}

),

states as (

    select
        sum(case when health_status = 'broken' then 1 else 0 end) as broken_connections,
        sum(case when health_status = 'delayed' then 1 else 0 end) as delayed_connections,
        sum(case when health_status = 'degraded' then 1 else 0 end) as degraded_connections,
        sum(case when health_status = 'never_synced' then 1 else 0 end) as never_synced_connections,
        sum(case when health_status = 'paused' then 1 else 0 end) as paused_connections,
        sum(case when health_status = 'deleted' then 1 else 0 end) as deleted_connections
    from {{ ref('fct_fivetran_connector_health') }}

),

recent_syncs as (

    select
        connection_id,
        case when coalesce(sync_completed_at, sync_started_at) > {{ days_7 }} then 1 else 0 end as is_last_7d,
        sync_status,
        rows_synced
    from {{ ref('fct_fivetran_sync_performance') }}
    where coalesce(sync_completed_at, sync_started_at) > {{ days_14 }}
        and coalesce(sync_completed_at, sync_started_at) <= {{ as_of_at }}

),

syncs as (

    select
        sum(is_last_7d) as syncs_last_7d,
        sum(case when sync_status = 'successful' then is_last_7d else 0 end) as successful_syncs_last_7d,
        sum(case when sync_status = 'failed' then is_last_7d else 0 end) as failed_syncs_last_7d,
        sum(case when sync_status = 'successful' then 1 - is_last_7d else 0 end) as successful_syncs_previous_7d,
        sum(case when sync_status = 'failed' then 1 - is_last_7d else 0 end) as failed_syncs_previous_7d,
        sum(rows_synced * is_last_7d) as rows_synced_last_7d,
        sum(rows_synced * (1 - is_last_7d)) as rows_synced_previous_7d
    from recent_syncs

),

outcomes as (

    select
        connection_id,
        sum(case when sync_status = 'successful' then is_last_7d else 0 end) as successful_last_7d,
        sum(case when sync_status = 'successful' then 1 - is_last_7d else 0 end) as successful_previous_7d,
        sum(is_last_7d) as finished_last_7d,
        sum(1 - is_last_7d) as finished_previous_7d
    from recent_syncs
    where sync_status in ('successful', 'failed')
    group by connection_id

),

-- like with like: a connection that is new, or gone, changes the rate without any connection doing better or worse
same_connections as (

    select
        sum(case when finished_previous_7d > 0 then successful_last_7d end) * 1.0
        / nullif(sum(case when finished_previous_7d > 0 then finished_last_7d end), 0) as success_rate_last_7d,
        sum(case when finished_last_7d > 0 then successful_previous_7d end) * 1.0
        / nullif(sum(case when finished_last_7d > 0 then finished_previous_7d end), 0) as success_rate_previous_7d,
        sum(case when finished_last_7d > 0 and finished_previous_7d > 0 then 1 else 0 end) as connections_in_both,
        sum(case when finished_previous_7d = 0 then 1 else 0 end) as connections_only_last_7d,
        sum(case when finished_last_7d = 0 then 1 else 0 end) as connections_only_previous_7d
    from outcomes

),

schema_changes as (

    select
        count(*) as schema_changes_last_30d,
        sum(case when is_breaking then 1 else 0 end) as breaking_changes_last_30d
    from {{ ref('fct_fivetran_schema_change_history') }}
    where change_detected_at > {{ days_30 }} and change_detected_at <= {{ as_of_at }} and caused_by_change_id is null

),

problems as (

    select
        count(*) as problems,
        sum(case when severity in ('critical', 'high') then 1 else 0 end) as urgent_problems
    from {{ ref('fct_fivetran_problematic_connectors') }}

),

advice_of_connections as (

    select
        connection_id,
        sum(case when is_leading then 1 else 0 end) as recommendations,
        sum(case when is_leading and priority in ('critical', 'high') then 1 else 0 end) as urgent_recommendations,
        -- several may speak of the same rows of a connection: the largest saving is certain, their sum is not
        max(estimated_monthly_savings_usd) as estimated_monthly_savings_usd
    from {{ ref('fct_fivetran_connector_recommendations') }}
    group by connection_id

),

advice as (

    select
        coalesce(sum(recommendations), 0) as recommendations,
        coalesce(sum(urgent_recommendations), 0) as urgent_recommendations,
        count(*) as connections_with_recommendations,
        sum(estimated_monthly_savings_usd) as estimated_monthly_savings_usd
    from advice_of_connections

)

select
    days.health_score,
    days.health_score_7d_before,
    days.total_connections,
    days.active_connections,
    days.healthy_connections,
    days.healthy_share,
    days.healthy_share_7d_before,
    states.broken_connections,
    states.delayed_connections,
    states.degraded_connections,
    states.never_synced_connections,
    states.paused_connections,
    states.deleted_connections,
    syncs.syncs_last_7d,
    syncs.failed_syncs_last_7d,
    syncs.successful_syncs_last_7d * 1.0
    / nullif(syncs.successful_syncs_last_7d + syncs.failed_syncs_last_7d, 0) as success_rate_last_7d,
    syncs.failed_syncs_previous_7d,
    syncs.successful_syncs_previous_7d * 1.0
    / nullif(syncs.successful_syncs_previous_7d + syncs.failed_syncs_previous_7d, 0) as success_rate_previous_7d,
    same_connections.success_rate_last_7d as same_success_rate_last_7d,
    same_connections.success_rate_previous_7d as same_success_rate_previous_7d,
    coalesce(same_connections.connections_in_both, 0) as connections_with_outcomes_in_both,
    coalesce(same_connections.connections_only_last_7d, 0) as connections_with_outcomes_only_last_7d,
    coalesce(same_connections.connections_only_previous_7d, 0) as connections_with_outcomes_only_previous_7d,
    syncs.rows_synced_last_7d,
    syncs.rows_synced_previous_7d,
    days.errors_last_7d,
    days.errors_previous_7d,
    days.error_change_share,
    days.total_rows_month_to_date,
    days.paid_rows_month_to_date,
    days.paid_rows_same_day_last_month,
    (days.paid_rows_month_to_date - days.paid_rows_same_day_last_month) * 1.0
    / nullif(days.paid_rows_same_day_last_month, 0) as paid_rows_change_share,
    days.cost_month_to_date_usd,
    days.cost_same_day_last_month_usd,
    (days.cost_month_to_date_usd - days.cost_same_day_last_month_usd) * 1.0
    / nullif(days.cost_same_day_last_month_usd, 0) as cost_change_share,
    {{ month_before }} as same_day_last_month_date,
    schema_changes.schema_changes_last_30d,
    schema_changes.breaking_changes_last_30d,
    problems.problems,
    problems.urgent_problems,
    advice.recommendations,
    advice.urgent_recommendations,
    advice.connections_with_recommendations,
    advice.estimated_monthly_savings_usd
from days
cross join states
cross join syncs
cross join same_connections
cross join schema_changes
cross join problems
cross join advice
