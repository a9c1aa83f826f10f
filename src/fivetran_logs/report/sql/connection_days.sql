select
    connection_id as connection,
    {{ dbt.datediff('activity_date', as_of_date, 'day') }} as days_ago,
    case
        when failed_syncs > 0 and successful_syncs > 0 then 'mixed'
        when failed_syncs > 0 then 'failed'
        when successful_syncs > 0 then 'successful'
        else 'no outcome'
    end as outcome,
    total_syncs,
    successful_syncs,
    failed_syncs,
    median_sync_duration_seconds as median_duration_seconds,
    p95_sync_duration_seconds as p95_duration_seconds,
    rows_synced,
    is_anomaly
from {{ ref('fct_fivetran_sync_performance_trends') }}
where activity_date > {{ first_day }} and activity_date <= {{ as_of_date }}
order by connection_id, activity_date
