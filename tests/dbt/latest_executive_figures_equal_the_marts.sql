-- The last row of the dashboard equals the sums of the other marts.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

-- as-of of the build, which may be earlier than that of the test
now as (

    select * from {{ ref('int_fivetran_log__calendar') }}
    where is_latest

),

dashboard as (

    select * from {{ ref('fct_fivetran_executive_dashboard') }}
    where is_latest

),

health as (

    select
        coalesce(sum(case when not is_deleted then 1 else 0 end), 0) as total_connectors,
        coalesce(sum(case when not is_deleted and not is_paused then 1 else 0 end), 0) as active_connectors,
        coalesce(sum(case when health_status = 'healthy' then 1 else 0 end), 0) as healthy_connectors,
        coalesce(sum(case when health_status = 'broken' then 1 else 0 end), 0) as failing_connectors,
        avg(health_score) as platform_health_score
    from {{ ref('fct_fivetran_connector_health') }}

),

errors as (

    select
        coalesce(sum(case when occurred_at > {{ dbt.dateadd('day', -7, 'now.as_of_at') }} then 1 else 0 end), 0) as errors_last_7d,
        coalesce(sum(case when occurred_at <= {{ dbt.dateadd('day', -7, 'now.as_of_at') }} then 1 else 0 end), 0) as errors_previous_7d
    from {{ ref('fct_fivetran_error_monitoring') }}
    cross join now
    where severity = 'SEVERE' and occurred_at > {{ dbt.dateadd('day', -14, 'now.as_of_at') }}

),

usage as (

    select
        coalesce(sum(free_active_rows), 0) as free_active_rows,
        coalesce(sum(paid_active_rows), 0) as paid_active_rows
    from {{ ref('fct_fivetran_monthly_active_rows') }} as months
    inner join now on months.month_date = now.month_date

)

select
    dashboard.*
from dashboard
cross join health
cross join errors
cross join usage
cross join now
where
    dashboard.report_date <> now.report_date
    or dashboard.total_connectors <> health.total_connectors
    or dashboard.active_connectors <> health.active_connectors
    or dashboard.healthy_connectors <> health.healthy_connectors
    or dashboard.failing_connectors <> health.failing_connectors
    or abs(dashboard.platform_health_score - health.platform_health_score) > 0.000001
    or dashboard.errors_last_7d <> errors.errors_last_7d
    or dashboard.errors_previous_7d <> errors.errors_previous_7d
    or dashboard.free_active_rows <> usage.free_active_rows
    or dashboard.paid_active_rows <> usage.paid_active_rows
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
