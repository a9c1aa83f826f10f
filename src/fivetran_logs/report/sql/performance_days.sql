select
    {{ dbt.datediff('sync_date', as_of_date, 'day') }} as days_ago,
    count(sync_duration_seconds) as completed_syncs,
    {{ fivetran_logs.percentile('sync_duration_seconds', 0.5) }} as p50_duration_seconds,
    {{ fivetran_logs.percentile('sync_duration_seconds', 0.95) }} as p95_duration_seconds,
    sum(extract_seconds) as extract_seconds,
    sum(process_seconds) as process_seconds,
    sum(load_seconds) as load_seconds,
    sum(case when is_duration_anomaly then 1 else 0 end) as anomalous_syncs
from {{ ref('fct_fivetran_sync_performance') }}
where sync_date > {{ first_day }} and sync_date <= {{ as_of_date }}
group by sync_date
order by sync_date
