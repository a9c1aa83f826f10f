select
    {{ dbt.datediff('report_date', as_of_date, 'day') }} as days_ago,
    total_connectors as total_connections,
    active_connectors as active_connections,
    healthy_connectors as healthy_connections,
    failing_connectors as broken_connections,
    connector_health_percentage / 100 as healthy_share,
    platform_health_score as health_score,
    total_syncs,
    successful_syncs,
    failed_syncs,
    sync_success_rate as success_rate,
    rows_synced,
    total_active_rows as total_rows_month_to_date,
    paid_active_rows as paid_rows_month_to_date,
    month_to_date_cost_usd as cost_month_to_date_usd,
    total_errors as errors,
    errors_last_7d,
    connectors_with_errors as connections_with_errors,
    connectors_with_recurring_errors as connections_with_recurring_errors,
    schema_changes
from {{ ref('fct_fivetran_executive_dashboard') }}
order by report_date
