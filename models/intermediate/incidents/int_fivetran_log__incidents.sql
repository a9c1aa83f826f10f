-- A table over all of history, made anew each time: it reads a few narrow columns of each sync once, sorts them by connection, and
-- keeps hundreds of rows of hundreds of thousands. What a late row changes, it changes in the incident's end and its neighbour, which
-- an incremental build would have to find first.

with

syncs as (

    select
        sync_key,
        connection_id,
        sync_started_at,
        sync_at,
        is_successful,
        is_failed
    from {{ ref('int_fivetran_log__syncs') }}
    where is_successful + is_failed = 1

),

-- the first error of each sync that is no echo of another
sync_errors as (

    select
        issues.sync_key,
        issues.error_category,
        issues.error_fingerprint,
        issues.error_message,
        issues.table_name,
        issues.suggested_action,
        row_number() over (
            partition by issues.sync_key
            order by case when echoes.error_id is null then 0 else 1 end, issues.occurred_at, issues.error_id
        ) as first_first
    from {{ ref('int_fivetran_log__issues') }} as issues
    left join {{ ref('int_fivetran_log__issue_echoes') }} as echoes on issues.error_id = echoes.error_id
    where issues.severity = 'SEVERE' and issues.sync_key is not null

),

-- a run: a success and the failures after it
outcomes as (

    select
        syncs.*,
        sync_errors.error_category,
        sync_errors.error_fingerprint,
        sync_errors.error_message,
        sync_errors.table_name,
        sync_errors.suggested_action,
        sum(syncs.is_successful) over (
            partition by syncs.connection_id order by syncs.sync_at, syncs.sync_key rows between unbounded preceding and current row
        ) as run_number,
        lag(syncs.is_failed) over (partition by syncs.connection_id order by syncs.sync_at, syncs.sync_key) as previous_is_failed
    from syncs
    left join sync_errors
        on
            syncs.sync_key = sync_errors.sync_key
            and sync_errors.first_first = 1
            and syncs.is_failed = 1

),

counted as (

    select
        *,
        is_failed = 1 and coalesce(previous_is_failed, 0) = 0 as is_first,
        count(*) over (partition by connection_id, run_number, is_failed, error_fingerprint) as same_errors
    from outcomes

),

-- an incident shows the error that most of its syncs failed with, of equals the first
ranked as (

    select
        *,
        row_number() over (
            partition by connection_id, run_number order by is_failed desc, same_errors desc, sync_at, sync_key
        ) as telling_first
    from counted

),

runs as (

    select
        connection_id,
        run_number,
        max(case when is_successful = 1 then sync_at end) as success_at,
        max(case when is_successful = 1 then coalesce(sync_started_at, sync_at) end) as success_started_at,
        max(case when is_first then sync_key end) as first_failed_sync_key,
        max(case when is_first then coalesce(sync_started_at, sync_at) end) as started_at,
        max(case when is_failed = 1 then sync_at end) as last_failed_at,
        sum(is_failed) as failed_syncs,
        max(case when telling_first = 1 then error_category end) as error_category,
        max(case when telling_first = 1 then error_fingerprint end) as error_fingerprint,
        max(case when telling_first = 1 then error_message end) as error_message,
        max(case when telling_first = 1 then table_name end) as table_name,
        max(case when telling_first = 1 then suggested_action end) as suggested_action
    from ranked
    group by connection_id, run_number

),

ended as (

    select
        *,
        lead(success_at) over (partition by connection_id order by run_number) as ended_at
    from runs

)

select
    {{ dbt.hash('first_failed_sync_key') }} as incident_id,
    connection_id,
    first_failed_sync_key,
    started_at,
    last_failed_at,
    ended_at,
    ended_at is null as is_open,
    success_at as last_success_before_at,
    success_started_at as last_success_started_at,
    failed_syncs,
    error_category,
    error_fingerprint,
    error_message,
    table_name,
    suggested_action
from ended
where failed_syncs > 0
