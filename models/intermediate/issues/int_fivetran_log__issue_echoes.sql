-- A failed sync leaves its errors and then an end that repeats them: one failure, several records. Found anew in each build, since an
-- error may arrive after the end that echoes it.

with

issues as (

    select * from {{ ref('int_fivetran_log__issues') }}
    where severity = 'SEVERE' and sync_key is not null

),

errors as (

    select distinct sync_key
    from issues
    where message_event <> 'sync_end'

),

ends as (

    select
        error_id,
        sync_key,
        row_number() over (partition by sync_key order by occurred_at, error_id) as oldest_first
    from issues
    where message_event = 'sync_end'

)

select ends.error_id
from ends
left join errors on ends.sync_key = errors.sync_key
where
    errors.sync_key is not null
    or ends.oldest_first > 1
