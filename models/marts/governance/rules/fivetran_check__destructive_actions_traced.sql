-- Deletions and pauses are on record
--
-- For each connection that is deleted or paused, the log or the audit trail records the action. Those whose last sync
-- is older than the log cannot be judged; those whose last sync is newer than `fivetran_logs_check_trace_days` are not
-- looked at yet.
--
-- Why it matters: Data that stops without a trace is noticed late, and nobody can say whether it was meant.
--
-- How to fix: Ask who did it, resume the connection if nobody knows, and check that the audit trail is synced.

with

known as (

    select min(activity_date) as first_date from {{ ref('int_fivetran_log__sync_days') }}

),

deleted as (

    select distinct connection_id from {{ ref('int_fivetran_log__actions') }}
    where action_type = 'delete'

)

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    case
        when cast(health.last_sync_at as date) > known.first_date
            then case when health.is_deleted then deleted.connection_id is null else health.paused_at is null end
    end as is_failing,
    'is ' || case when health.is_deleted then 'deleted' else 'paused' end || ' and no record says by whom; it last synced on '
    || {{ fivetran_logs.date_in_words('health.last_sync_at') }} as problem
from {{ ref('int_fivetran_log__connection_health') }} as health
inner join {{ ref('int_fivetran_log__connections') }} as connections on health.connection_id = connections.connection_id
cross join known
left join deleted on health.connection_id = deleted.connection_id
where
    health.is_latest
    and (health.is_deleted or health.is_paused)
    and health.last_sync_at <= {{ fivetran_logs.days_ago(var('fivetran_logs_check_trace_days')) }}
