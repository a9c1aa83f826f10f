{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The one judgement on each connection: whether it has a problem, how bad, and how urgent. Problems, recommendations and the report all
-- show this one.

with

inputs as (

    select
        *,
        1 - success_rate_last_7d as error_rate,
        not is_paused and (health_status <> 'healthy' or recurring_errors_last_7d > 0) as has_problem
    from {{ ref('int_fivetran_log__rule_inputs') }}

),

scored as (

    select
        *,
        case when has_problem then {{ fivetran_logs.problem_score() }} end as problem_score
    from inputs

),

-- steps of urgency: 1 low, 2 medium, 3 high, 4 critical
graded as (

    select
        *,
        case
            when problem_score >= {{ var('fivetran_logs_problem_critical_score') }} then 4
            when problem_score >= {{ var('fivetran_logs_problem_high_score') }} then 3
            when problem_score >= {{ var('fivetran_logs_problem_medium_score') }} then 2
            else 1
        end
        + case lower(criticality) when 'critical' then 1 when 'low' then -1 else 0 end as step_by_score,
        {{ fivetran_logs.least_step() }} as least_step
    from scored

)

select
    *,
    case
        when not has_problem then null
        when greatest(step_by_score, least_step) >= 4 then 'critical'
        when greatest(step_by_score, least_step) = 3 then 'high'
        when greatest(step_by_score, least_step) = 2 then 'medium'
        else 'low'
    end as severity
from graded
