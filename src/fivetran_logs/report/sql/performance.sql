with

syncs as (

    select
        connection_id,
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

),

-- like with like: a connection that is new, or gone, changes the percentile without any sync being faster or slower
measured_connections as (

    select
        connection_id,
        max(is_last_7d) as is_in_last_7d,
        max(is_last_14d - is_last_7d) as is_in_previous_7d
    from syncs
    where sync_duration_seconds is not null
    group by connection_id

),

same_syncs as (

    select
        syncs.is_last_7d,
        syncs.is_last_14d,
        syncs.sync_duration_seconds
    from syncs
    inner join measured_connections on syncs.connection_id = measured_connections.connection_id
    where measured_connections.is_in_last_7d = 1 and measured_connections.is_in_previous_7d = 1

),

same_connections as (

    select
        {{ fivetran_logs.percentile('case when is_last_7d = 1 then sync_duration_seconds end', 0.95) }} as p95_last_7d,
        {{ fivetran_logs.percentile('case when is_last_14d > is_last_7d then sync_duration_seconds end', 0.95) }} as p95_previous_7d
    from same_syncs

),

connections as (

    select
        sum(case when is_in_last_7d = 1 and is_in_previous_7d = 0 then 1 else 0 end) as only_last_7d,
        sum(case when is_in_last_7d = 0 and is_in_previous_7d = 1 then 1 else 0 end) as only_previous_7d
    from measured_connections

),

totals as (

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

)

select
    totals.completed_syncs_last_30d,
    totals.p50_duration_seconds_last_7d,
    totals.p50_duration_seconds_previous_7d,
    totals.p95_duration_seconds_last_7d,
    totals.p95_duration_seconds_previous_7d,
    same_connections.p95_last_7d as same_p95_duration_seconds_last_7d,
    same_connections.p95_previous_7d as same_p95_duration_seconds_previous_7d,
    coalesce(connections.only_last_7d, 0) as connections_measured_only_last_7d,
    coalesce(connections.only_previous_7d, 0) as connections_measured_only_previous_7d,
    totals.anomalous_syncs_last_30d,
    totals.anomalous_syncs_last_7d,
    totals.extract_seconds_last_30d,
    totals.process_seconds_last_30d,
    totals.load_seconds_last_30d,
    totals.extract_share,
    totals.process_share,
    totals.load_share
from totals
cross join same_connections
cross join connections
