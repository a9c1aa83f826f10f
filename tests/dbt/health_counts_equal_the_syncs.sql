-- What health says of a connection's syncs, in all of history and in the last 7 days, is what a count of the syncs says.

with

-- as-of of the build, which may lie before that of the test
now as (

    select as_of_at from {{ ref('int_fivetran_log__calendar') }}
    where is_latest

),

syncs as (

    select
        connection_id,
        count(*) as total_syncs,
        sum(case when sync_status = 'successful' then 1 else 0 end) as successful_syncs,
        sum(case when sync_status = 'failed' then 1 else 0 end) as failed_syncs,
        sum(case
            when coalesce(sync_completed_at, sync_started_at) > {{ dbt.dateadd('day', -7, 'now.as_of_at') }} then 1 else 0
        end) as total_syncs_last_7d,
        max(case when sync_status = 'successful' then sync_completed_at end) as last_successful_sync_at,
        max(case when sync_status = 'failed' then sync_completed_at end) as last_failed_sync_at
    from {{ ref('fct_fivetran_sync_performance') }}
    cross join now
    group by connection_id

)

select
    health.connection_id,
    health.total_syncs,
    syncs.total_syncs as syncs_counted
from {{ ref('fct_fivetran_connector_health') }} as health
left join syncs on health.connection_id = syncs.connection_id
where
    health.total_syncs <> coalesce(syncs.total_syncs, 0)
    or health.successful_syncs <> coalesce(syncs.successful_syncs, 0)
    or health.failed_syncs <> coalesce(syncs.failed_syncs, 0)
    or health.total_syncs_last_7d <> coalesce(syncs.total_syncs_last_7d, 0)
    or coalesce(health.last_successful_sync_at <> syncs.last_successful_sync_at, false)
    or coalesce(health.last_failed_sync_at <> syncs.last_failed_sync_at, false)
    or (health.last_successful_sync_at is null) <> (syncs.last_successful_sync_at is null)
