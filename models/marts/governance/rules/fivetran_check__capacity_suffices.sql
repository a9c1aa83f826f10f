-- Syncs are not put off for want of capacity
--
-- In the last 30 days only a small share of the syncs of each connection was rescheduled. Connections with few syncs are
-- not looked at.
--
-- Why it matters: Syncs that are put off again and again miss what was promised, although nothing fails.
--
-- How to fix: Sync less often, raise the limit at the source, or spread the schedules.

with

syncs as (

    select
        connection_id,
        sum(total_syncs) as total_syncs,
        sum(rescheduled_syncs) as rescheduled_syncs
    from {{ ref('int_fivetran_log__sync_days') }}
    where
        activity_date > {{ fivetran_logs.date_add('day', -30, fivetran_logs.as_of_date()) }}
        and activity_date <= {{ fivetran_logs.as_of_date() }}
    group by connection_id

)

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    1.0 * syncs.rescheduled_syncs / syncs.total_syncs > {{ var('fivetran_logs_check_rescheduled_share') }} as is_failing,
    {{ fivetran_logs.count_in_words('syncs.rescheduled_syncs') }} || ' of ' || {{ fivetran_logs.counted('syncs.total_syncs', 'sync') }}
    || ' in 30 days were rescheduled' as problem
from syncs
inner join {{ ref('int_fivetran_log__connections') }} as connections on syncs.connection_id = connections.connection_id
where
    not connections.is_deleted
    and syncs.total_syncs >= {{ var('fivetran_logs_check_minimum_syncs') }}
