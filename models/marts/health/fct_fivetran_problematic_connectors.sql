with

health as (

    select * from {{ ref('fct_fivetran_connector_health') }}
    where not is_paused and not is_deleted

),

figures as (

    select * from {{ ref('int_fivetran_log__connection_figures') }}

),

measured as (

    select
        health.*,
        1 - health.success_rate_last_7d as error_rate,
        figures.recurring_errors_7d,
        figures.top_error_category,
        figures.top_error_message,
        figures.top_suggested_action,
        figures.paid_this_month,
        figures.paid_last_month,
        figures.tables_30d
    from health
    inner join figures on health.connection_id = figures.connection_id

),

scored as (

    select
        *,
        {{ fivetran_logs.problem_score() }} as problem_score
    from measured

),

graded as (

    select
        *,
        case
            when problem_score >= {{ var('fivetran_logs_problem_critical_score') }} then 'critical'
            when problem_score >= {{ var('fivetran_logs_problem_high_score') }} then 'high'
            when problem_score >= {{ var('fivetran_logs_problem_medium_score') }} then 'medium'
            else 'low'
        end as severity
    from scored
    where health_status <> 'healthy' or recurring_errors_7d > 0

)

select
    connection_id,
    connection_name,
    connector_name,
    destination_name,
    health_status,
    {{ fivetran_logs.as_double('problem_score') }} as problem_score,
    severity,
    {{ fivetran_logs.as_rows('row_number() over (order by problem_score desc, greatest(paid_this_month, paid_last_month) desc, connection_id)') }} as priority_rank,
    {{ fivetran_logs.as_double('error_rate') }} as error_rate,
    failed_syncs_last_7d,
    consecutive_failures,
    hours_since_last_success,
    {{ fivetran_logs.as_rows('recurring_errors_7d') }} as recurring_errors,
    top_error_category,
    top_error_message,
    -- a month just begun says little: what is at stake is the larger of this month and the last
    {{ fivetran_logs.as_rows('greatest(paid_this_month, paid_last_month)') }} as paid_active_rows_at_risk,
    {{ fivetran_logs.as_rows('tables_30d') }} as tables_at_risk,
    {{ fivetran_logs.problem_summary() }} as problem_summary,
    coalesce(top_suggested_action, {{ fivetran_logs.default_action() }}) as recommended_action
from graded
