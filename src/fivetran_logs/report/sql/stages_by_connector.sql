with

connectors as (

    select
        coalesce(connector_name, 'unknown kind') as connector_name,
        count(*) as measured_syncs,
        sum(coalesce(extract_seconds, 0)) as extract_seconds,
        sum(coalesce(process_seconds, 0)) as process_seconds,
        sum(coalesce(load_seconds, 0)) as load_seconds,
        sum(coalesce(extract_seconds, 0) + coalesce(process_seconds, 0) + coalesce(load_seconds, 0)) as total_seconds
    from {{ ref('fct_fivetran_sync_performance') }}
    where slowest_stage is not null
        and coalesce(sync_completed_at, sync_started_at) > {{ days_30 }}
        and coalesce(sync_completed_at, sync_started_at) <= {{ as_of_at }}
    group by coalesce(connector_name, 'unknown kind')

),

ranked as (

    select
        *,
        row_number() over (order by total_seconds desc, connector_name) as time_rank,
        count(*) over () as all_rows
    from connectors

)

select
    connector_name,
    measured_syncs,
    extract_seconds,
    process_seconds,
    load_seconds,
    total_seconds,
    extract_seconds / nullif(total_seconds, 0) as extract_share,
    process_seconds / nullif(total_seconds, 0) as process_share,
    load_seconds / nullif(total_seconds, 0) as load_share,
    all_rows
from ranked
where time_rank <= 12
order by time_rank
