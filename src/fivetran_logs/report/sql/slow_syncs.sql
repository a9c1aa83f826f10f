with

syncs as (

    select
        *,
        row_number() over (order by coalesce(sync_duration_seconds, -1) desc, sync_key) as duration_rank,
        row_number() over (
            order by case when is_duration_anomaly then 0 else 1 end, coalesce(duration_ratio, -1) desc, sync_key
        ) as anomaly_rank,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_sync_performance') }}
    where sync_completed_at > {{ days_30 }} and sync_completed_at <= {{ as_of_at }}
        and sync_duration_seconds is not null

)

select
    connection_id as connection,
    sync_id,
    sync_started_at,
    sync_completed_at,
    sync_status,
    sync_duration_seconds as duration_seconds,
    baseline_duration_seconds as baseline_seconds,
    duration_ratio,
    is_duration_anomaly as is_anomaly,
    slowest_stage,
    extract_seconds,
    process_seconds,
    load_seconds,
    rows_synced,
    all_rows
from syncs
where duration_rank <= 100 or (is_duration_anomaly and anomaly_rank <= 200)
order by sync_duration_seconds desc, sync_key
