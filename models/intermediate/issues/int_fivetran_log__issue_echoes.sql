-- A failed sync leaves its errors and then an end that repeats them: one failure, several records. Found anew in each build, since an
-- error may arrive after the end that echoes it. An error that names no sync belongs to the failed sync it lies in: of several, to
-- the one that ends first, so that one error never explains two failures.

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

errors_of_no_sync as (

    select
        ends.error_id,
        row_number() over (partition by errors.error_id order by ends.occurred_at, ends.error_id) as first_first
    from issues as errors
    inner join ends
        on
            errors.connection_id = ends.connection_id
            and errors.occurred_at <= ends.occurred_at
    inner join syncs
        on
            ends.sync_key = syncs.sync_key
            and errors.occurred_at >= syncs.sync_started_at
    where errors.message_event = 'error' and errors.sync_key is null

),

errors_within as (

    select distinct error_id
    from errors_of_no_sync
    where first_first = 1

)

select ends.error_id
from ends
left join errors on ends.sync_key = errors.sync_key
left join errors_within on ends.error_id = errors_within.error_id
where
    errors.sync_key is not null
    or errors_within.error_id is not null
    or ends.oldest_first > 1
