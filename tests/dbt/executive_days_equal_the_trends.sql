{{ config(enabled=var('fivetran_logs_unit_tests', false)) }}

-- Syncs, outcomes and rows of each report day equal the sums over all connections that day.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

days as (

    select
        activity_date,
        sum(total_syncs) as total_syncs,
        sum(successful_syncs) as successful_syncs,
        sum(failed_syncs) as failed_syncs,
        sum(rows_synced) as rows_synced
    from {{ ref('fct_fivetran_sync_performance_trends') }}
    where activity_date >= (select min(report_date) from {{ ref('fct_fivetran_executive_dashboard') }})
    group by activity_date

)

select
    dashboard.report_date,
    dashboard.total_syncs,
    days.total_syncs as total_syncs_in_trends
from {{ ref('fct_fivetran_executive_dashboard') }} as dashboard
left join days on dashboard.report_date = days.activity_date
where
    dashboard.total_syncs <> coalesce(days.total_syncs, 0)
    or dashboard.successful_syncs <> coalesce(days.successful_syncs, 0)
    or dashboard.failed_syncs <> coalesce(days.failed_syncs, 0)
    or dashboard.rows_synced <> coalesce(days.rows_synced, 0)
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
