{{ config(enabled=var('fivetran_logs_unit_tests', false)) }}

-- The syncs that health counts for a connection, in the last 7 days and in all of history, are as many as a count of the syncs gives.
-- After a full build all of history is counted; after an incremental build only the days that can have changed.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

-- as-of of the build, which may be earlier than that of the test
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
            when sync_at > {{ dbt.dateadd('day', -7, 'now.as_of_at') }} then 1 else 0
        end) as total_syncs_last_7d,
        max(case when sync_status = 'successful' then sync_completed_at end) as last_successful_sync_at,
        max(case when sync_status = 'failed' then sync_completed_at end) as last_failed_sync_at
    from {{ ref('int_fivetran_log__syncs') }}
    cross join now
    where {{ fivetran_logs.tested_rows('last_event_at', more_days=7) }}
    group by connection_id

)

select
    health.connection_id,
    health.total_syncs,
    syncs.total_syncs as syncs_counted
from {{ ref('fct_fivetran_connector_health') }} as health
left join syncs on health.connection_id = syncs.connection_id
where
    health.total_syncs_last_7d <> coalesce(syncs.total_syncs_last_7d, 0)
    or health.last_successful_sync_at < syncs.last_successful_sync_at
    or health.last_failed_sync_at < syncs.last_failed_sync_at
    or health.last_successful_sync_at is null and syncs.last_successful_sync_at is not null
    or health.last_failed_sync_at is null and syncs.last_failed_sync_at is not null
    or health.total_syncs < syncs.total_syncs
    {%- if fivetran_logs.tests_everything() %}
    or health.total_syncs <> coalesce(syncs.total_syncs, 0)
    or health.successful_syncs <> coalesce(syncs.successful_syncs, 0)
    or health.failed_syncs <> coalesce(syncs.failed_syncs, 0)
    or health.last_successful_sync_at is not null and coalesce(health.last_successful_sync_at <> syncs.last_successful_sync_at, true)
    or health.last_failed_sync_at is not null and coalesce(health.last_failed_sync_at <> syncs.last_failed_sync_at, true)
    {%- endif %}
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
