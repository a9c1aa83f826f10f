with

problems as (

    select * from {{ ref('int_fivetran_log__judgements') }}
    where has_problem

)

select
    connection_id,
    connection_name,
    connector_name,
    destination_name,
    health_status,
    {{ fivetran_logs.as_double('problem_score') }} as problem_score,
    severity,
    {{ fivetran_logs.as_rows(
        "row_number() over (order by case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end, "
        ~ 'problem_score desc, greatest(paid_rows_this_month, paid_rows_last_month) desc, connection_id)'
    ) }} as priority_rank,
    {{ fivetran_logs.as_double('error_rate') }} as error_rate,
    {{ fivetran_logs.as_rows('failed_syncs_last_7d') }} as failed_syncs_last_7d,
    {{ fivetran_logs.as_rows('consecutive_failures') }} as consecutive_failures,
    hours_since_last_success,
    {{ fivetran_logs.as_rows('recurring_errors_last_7d') }} as recurring_errors,
    top_error_category,
    top_error_message,
    -- a month just begun says little: what is at stake is the larger of this month and the last
    {{ fivetran_logs.as_rows('greatest(paid_rows_this_month, paid_rows_last_month)') }} as paid_active_rows_at_risk,
    {{ fivetran_logs.as_rows('tables_last_30d') }} as tables_at_risk,
    {{ fivetran_logs.problem_summary() }} as problem_summary,
    coalesce(top_suggested_action, {{ fivetran_logs.default_action() }}) as recommended_action,
    owner,
    team,
    cost_centre,
    environment,
    criticality
from problems
