-- What the rules look at beside health: issues, usage, tables and re-syncs of each connection, lately.

{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}
{%- set last_month = fivetran_logs.date_add('month', -1, this_month) %}

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

issue_figures as (

    select * from {{ ref('int_fivetran_log__connection_issues') }}

),

usage as (

    select
        connection_id,
        {{ fivetran_logs.sum_rows('case when month_date = ' ~ this_month ~ ' then paid_active_rows else 0 end') }} as paid_this_month,
        {{ fivetran_logs.sum_rows('case when month_date = ' ~ last_month ~ ' then paid_active_rows else 0 end') }} as paid_last_month,
        sum(case when month_date = {{ this_month }} then allocated_cost_usd end) as cost_this_month
    from {{ ref('int_fivetran_log__usage_months') }}
    where connection_id is not null
    group by connection_id

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

-- Fivetran's own bookkeeping is written by each sync, also by one that found nothing new
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
        sum(recent_syncs.is_successful) as successful_syncs_7d,
        sum(case when recent_syncs.is_successful = 1 and recent_syncs.rows_synced = coalesce(own_rows.rows_synced, 0) then 1 else 0 end) as idle_syncs_7d
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
        message_event = 'connection_successful'
        and connection_id is not null
        and occurred_at > {{ fivetran_logs.days_ago(30) }}
        and occurred_at <= {{ fivetran_logs.as_of() }}
    group by connection_id

),

pauses as (

    select
        connection_id,
        max(occurred_at) as paused_at
    from {{ ref('int_fivetran_log__actions') }}
    where
        is_paused_by_it
        and coalesce(secondary_resource_type, resource_type) = 'CONNECTION'
        and occurred_at <= {{ fivetran_logs.as_of() }}
    group by connection_id

),

breaking_changes as (

    select
        connection_id,
        count(*) as breaking_changes_30d
    from {{ ref('int_fivetran_log__schema_changes') }}
    where is_breaking and change_detected_at > {{ fivetran_logs.days_ago(30) }}
    group by connection_id

)

select
    connections.connection_id,
    coalesce(issue_figures.recurring_errors_7d, 0) as recurring_errors_7d,
    coalesce(issue_figures.recurring_warning_7d, 0) as recurring_warning_7d,
    coalesce(issue_figures.rate_limit_events_7d, 0) as rate_limit_events_7d,
    coalesce(issue_figures.forced_resyncs_30d, 0) as forced_resyncs_30d,
    issue_figures.last_setup_failure_at,
    setup_successes.last_setup_success_at,
    issue_figures.top_error_category,
    issue_figures.top_error_message,
    issue_figures.top_suggested_action,
    coalesce(usage.paid_this_month, 0) as paid_this_month,
    coalesce(usage.paid_last_month, 0) as paid_last_month,
    usage.cost_this_month,
    coalesce(tables.tables_30d, 0) as tables_30d,
    coalesce(tables.unchanged_tables_30d, 0) as unchanged_tables_30d,
    coalesce(idle.successful_syncs_7d, 0) as successful_syncs_7d,
    coalesce(idle.idle_syncs_7d, 0) as idle_syncs_7d,
    pauses.paused_at,
    coalesce(breaking_changes.breaking_changes_30d, 0) as breaking_changes_30d
from connections
{%- for figures in ['issue_figures', 'usage', 'tables', 'idle', 'setup_successes', 'pauses', 'breaking_changes'] %}
left join {{ figures }} on connections.connection_id = {{ figures }}.connection_id
{%- endfor %}
