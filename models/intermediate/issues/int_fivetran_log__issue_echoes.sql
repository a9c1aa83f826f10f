-- A failed sync leaves its errors and then an end that repeats them: one failure, several records. Found anew in each build, since an
-- error may arrive after the end that echoes it. An error that names no sync belongs to the failed sync it lies in, if that
-- sync is the next to end, so that one error never explains two failures.

with

issues as (

    select * from {{ ref('int_fivetran_log__issues') }}
    where severity = 'SEVERE'

),

syncs as (

    select * from {{ ref('int_fivetran_log__sync_facts') }}

),

errors as (

    select distinct sync_key
    from issues
    where message_event <> 'sync_end' and sync_key is not null

),

ends as (

    select
        error_id,
        sync_key,
        connection_id,
        occurred_at,
        row_number() over (partition by sync_key order by occurred_at, error_id) as oldest_first
    from issues
    where message_event = 'sync_end' and sync_key is not null

),

-- the next end of the connection: found in one pass, since an account whose errors never name a sync has as many errors as ends
next_ends as (

    select
        error_id,
        connection_id,
        occurred_at,
        message_event = 'error' and sync_key is null as names_no_sync,
        min(case when message_event = 'sync_end' and sync_key is not null then occurred_at end) over (
            partition by connection_id
            order by occurred_at, case when message_event = 'sync_end' then 1 else 0 end, error_id
            rows between current row and unbounded following
        ) as next_end_at
    from issues

),

errors_of_no_sync as (

    select
        ends.error_id,
        row_number() over (partition by next_ends.error_id order by ends.error_id) as place
    from next_ends
    inner join ends
        on
            next_ends.connection_id = ends.connection_id
            and next_ends.next_end_at = ends.occurred_at
    inner join syncs
        on
            ends.sync_key = syncs.sync_key
            and next_ends.occurred_at >= syncs.sync_started_at
    where next_ends.names_no_sync

),

errors_within as (

    select distinct error_id
    from errors_of_no_sync
    where place = 1

)

select ends.error_id
from ends
left join errors on ends.sync_key = errors.sync_key
left join errors_within on ends.error_id = errors_within.error_id
where
    errors.sync_key is not null
    or errors_within.error_id is not null
    or ends.oldest_first > 1
