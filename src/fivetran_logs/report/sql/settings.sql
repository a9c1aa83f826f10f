select
    max(name) as account_name,
    (select min(known_until_at) from {{ ref('fct_fivetran_platform_freshness') }}) as known_until_at,
    (select max(case when is_late then 1 else 0 end) from {{ ref('fct_fivetran_platform_freshness') }}) as is_log_late,
    {{ var('fivetran_logs_report_days') }} as report_days,
    {{ var('fivetran_logs_weight_reliability') }} as weight_reliability,
    {{ var('fivetran_logs_weight_freshness') }} as weight_freshness,
    {{ var('fivetran_logs_weight_stability') }} as weight_stability,
    {{ var('fivetran_logs_weight_performance') }} as weight_performance,
    {{ var('fivetran_logs_degraded_success_rate') }} as degraded_success_rate,
    {{ var('fivetran_logs_degraded_health_score') }} as degraded_health_score,
    {{ var('fivetran_logs_delay_multiple') }} as delay_multiple,
    {{ var('fivetran_logs_performance_ratio_good') }} as performance_ratio_good,
    {{ var('fivetran_logs_performance_ratio_bad') }} as performance_ratio_bad,
    {{ var('fivetran_logs_stability_incident_penalty') }} as stability_incident_penalty,
    {{ var('fivetran_logs_stability_breaking_change_penalty') }} as stability_breaking_change_penalty,
    {{ var('fivetran_logs_anomaly_ratio') }} as anomaly_ratio,
    {{ dbt.string_literal(dbt.escape_single_quotes(var('fivetran_logs_connection_url') or '')) }} as connection_url
from {{ ref('stg_fivetran_log__account') }}
