with

syncs as (

    select
        case when coalesce(sync_completed_at, sync_started_at) > {{ days_7 }} then 1 else 0 end as is_last_7d,
        case when coalesce(sync_completed_at, sync_started_at) > {{ days_14 }} then 1 else 0 end as is_last_14d,
        sync_duration_seconds,
        is_duration_anomaly,
        extract_seconds,
        process_seconds,
        load_seconds
    from {{ ref('fct_fivetran_sync_performance') }}
    where coalesce(sync_completed_at, sync_started_at) > {{ days_30 }}
        and coalesce(sync_completed_at, sync_started_at) <= {{ as_of_at }}

)

select
    count(sync_duration_seconds) as completed_syncs_last_30d,
    {{ fivetran_logs.percentile('case when is_last_7d = 1 then sync_duration_seconds end', 0.5) }} as p50_duration_seconds_last_7d,
    {{ fivetran_logs.percentile('case when is_last_14d > is_last_7d then sync_duration_seconds end', 0.5) }} as p50_duration_seconds_previous_7d,
    {{ fivetran_logs.percentile('case when is_last_7d = 1 then sync_duration_seconds end', 0.95) }} as p95_duration_seconds_last_7d,
    {{ fivetran_logs.percentile('case when is_last_14d > is_last_7d then sync_duration_seconds end', 0.95) }} as p95_duration_seconds_previous_7d,
    sum(case when is_duration_anomaly then 1 else 0 end) as anomalous_syncs_last_30d,
    sum(case when is_duration_anomaly then is_last_7d else 0 end) as anomalous_syncs_last_7d,
    sum(extract_seconds) as extract_seconds_last_30d,
    sum(process_seconds) as process_seconds_last_30d,
    sum(load_seconds) as load_seconds_last_30d,
    sum(extract_seconds) / nullif(sum(extract_seconds) + sum(process_seconds) + sum(load_seconds), 0) as extract_share,
    sum(process_seconds) / nullif(sum(extract_seconds) + sum(process_seconds) + sum(load_seconds), 0) as process_share,
    sum(load_seconds) / nullif(sum(extract_seconds) + sum(process_seconds) + sum(load_seconds), 0) as load_share
from syncs
