-- The syncs that the report days and their windows look back on: bounded, however long history is. One day more than needed,
-- so that the first failure inside knows what came before it.

with

syncs as (

    select * from {{ ref('int_fivetran_log__syncs') }}
    where sync_date >= {{ fivetran_logs.date_add('day', '-(' ~ var('fivetran_logs_report_days') ~ ' + 32)', fivetran_logs.as_of_date()) }}

),

baselines as (

    select * from {{ ref('int_fivetran_log__sync_baselines') }}

),

outcomes as (

    select
        sync_key,
        lag(is_failed) over (partition by connection_id order by sync_at, sync_key) as previous_is_failed
    from syncs
    where is_successful + is_failed = 1

)

select
    syncs.sync_key,
    syncs.connection_id,
    syncs.sync_at,
    syncs.sync_date,
    syncs.sync_status,
    syncs.is_successful,
    syncs.is_failed,
    syncs.sync_duration_seconds,
    syncs.rows_synced,
    case when syncs.is_successful = 1 then baselines.duration_ratio end as duration_ratio,
    case when syncs.is_failed = 1 and coalesce(outcomes.previous_is_failed, 0) = 0 then 1 else 0 end as begins_incident
from syncs
left join baselines on syncs.sync_key = baselines.sync_key
left join outcomes on syncs.sync_key = outcomes.sync_key
