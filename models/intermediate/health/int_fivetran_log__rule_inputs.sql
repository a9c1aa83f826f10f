-- Everything that problems and recommendations judge a connection by, ending at as-of: its health of the day, its owner, and what its
-- issues, usage, tables and re-syncs say. A rule is a condition over this one row.
{%- set setup_figures = [
    'departed_user', 'twin_name', 'tables_shared_with_twin', 'tables_beside_twin', 'resynced_paid_rows', 'unread_tables',
    'unread_paid_rows', 'unread_trial_tables', 'unread_trial_rows', 'history_tables', 'history_updates_last_30d',
    'tables_with_deleted_rows', 'kept_deleted_rows_last_30d', 'keyless_tables', 'new_tables_last_30d', 'cut_values_last_30d',
    'job_runs_last_7d',
] %}

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

health as (

    select * from {{ ref('int_fivetran_log__connection_health') }}
    where is_latest and not is_deleted

),

issue_figures as (

    select * from {{ ref('int_fivetran_log__connection_issues') }}

),

usage_costs as (

    select * from {{ ref('int_fivetran_log__row_savings') }}

),

setup as (

    select * from {{ ref('int_fivetran_log__connection_setup') }}

),

table_totals as (

    select
        connection_id,
        schema_name,
        table_name,
        sum(rows_synced) as rows_synced,
        max(schema_name) over (partition by connection_id, table_name) as schema_of_name
    from {{ ref('int_fivetran_log__table_syncs') }}
    where last_event_at > {{ fivetran_logs.days_ago(30) }} and table_name not in ({{ fivetran_logs.own_tables() }})
    group by 1, 2, 3

),

tables as (

    select
        connection_id,
        count(*) as tables_30d,
        sum(case when rows_synced = 0 then 1 else 0 end) as unchanged_tables_30d
    from table_totals
    -- a write that changed nothing names no schema: it is of the table of that name, not of another
    where schema_name is not null or schema_of_name is null
    group by connection_id

),

-- each sync writes Fivetran's own table, also one that found nothing new
own_rows as (

    select
        sync_key,
        sum(rows_synced) as rows_synced
    from {{ ref('int_fivetran_log__table_syncs') }}
    where last_event_at > {{ fivetran_logs.days_ago(30) }} and table_name in ({{ fivetran_logs.own_tables() }})
    group by sync_key

),

idle as (

    select
        recent_syncs.connection_id,
        sum(case when recent_syncs.is_successful = 1 and recent_syncs.rows_synced = coalesce(own_rows.rows_synced, 0) then 1 else 0 end) as idle_syncs
    from {{ ref('int_fivetran_log__recent_syncs') }} as recent_syncs
    left join own_rows on recent_syncs.sync_key = own_rows.sync_key
    where recent_syncs.sync_at > {{ fivetran_logs.days_ago(7) }}
    group by recent_syncs.connection_id

),

setup_successes as (

    select
        connection_id,
        max(occurred_at) as last_setup_success_at
    from {{ ref('int_fivetran_log__events') }}
    where
        message_event = 'connection_successful' and connection_id is not null
        and occurred_at > {{ fivetran_logs.days_ago(30) }} and occurred_at <= {{ fivetran_logs.as_of() }}
    group by connection_id

)

select
    connections.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    connections.criticality,
    connections.is_owned,
    connections.set_up_at,
    connections.sync_frequency_minutes,
    health.is_paused,
    health.paused_at,
    health.health_status,
    {{ fivetran_logs.as_double('health.health_score') }} as health_score,
    health.last_sync_at,
    case
        when health.last_completed_at is null or health.last_sync_at > health.last_completed_at
            then {{ fivetran_logs.seconds_between('health.last_sync_at', 'health.judged_at') }} / 3600.0
    end as hours_since_unended_start,
    health.last_success_at as last_successful_sync_at,
    {{ fivetran_logs.as_double('health.hours_since_last_success') }} as hours_since_last_success,
    health.consecutive_failures,
    health.successful_syncs_7d as successful_syncs_last_7d,
    health.failed_syncs_7d as failed_syncs_last_7d,
    {{ fivetran_logs.as_double('health.success_rate_last_7d') }} as success_rate_last_7d,
    {{ fivetran_logs.as_double('health.mean_duration_ratio_7d') }} as mean_duration_ratio_last_7d,
    coalesce(idle.idle_syncs, 0) as idle_syncs_last_7d,
    coalesce(issue_figures.recurring_errors_7d, 0) as recurring_errors_last_7d,
    coalesce(issue_figures.recurring_warning_7d, 0) as recurring_warning_last_7d,
    issue_figures.recurring_warning_category,
    issue_figures.recurring_warning_event,
    coalesce(issue_figures.rate_limit_events_7d, 0) as rate_limit_events_last_7d,
    issue_figures.top_error_category,
    issue_figures.top_error_message,
    issue_figures.top_suggested_action,
    coalesce(issue_figures.forced_resyncs_30d, 0) as forced_resyncs_last_30d,
    health.breaking_changes_30d as breaking_changes_last_30d,
    issue_figures.last_setup_failure_at,
    setup_successes.last_setup_success_at,
    coalesce(tables.tables_30d, 0) as tables_last_30d,
    coalesce(tables.unchanged_tables_30d, 0) as unchanged_tables_last_30d,
    coalesce(usage_costs.paid_this_month, 0) as paid_rows_this_month,
    coalesce(usage_costs.paid_last_month, 0) as paid_rows_last_month,
    usage_costs.cost_of_month as cost_of_month_usd,
    {{ fivetran_logs.as_double('usage_costs.cost_of_more_rows') }} as cost_of_more_rows_usd,
    {{ fivetran_logs.as_double('usage_costs.cost_of_resynced_rows') }} as cost_of_resynced_rows_usd,
    {{ fivetran_logs.as_double('usage_costs.cost_of_unread_rows') }} as cost_of_unread_rows_usd,
    {{ fivetran_logs.as_double('usage_costs.cost_of_trial_rows') }} as cost_of_trial_rows_usd,
    {%- for figure in setup_figures %}
    setup.{{ figure }}{{ ',' if not loop.last }}
    {%- endfor %}
from connections
inner join health on connections.connection_id = health.connection_id
left join issue_figures on connections.connection_id = issue_figures.connection_id
left join usage_costs on connections.connection_id = usage_costs.connection_id
left join tables on connections.connection_id = tables.connection_id
left join idle on connections.connection_id = idle.connection_id
left join setup_successes on connections.connection_id = setup_successes.connection_id
left join setup on connections.connection_id = setup.connection_id
