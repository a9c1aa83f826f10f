-- Connections have an owner
--
-- Every living connection has an owner, an environment and a criticality in the seed of owners. Without a row of the
-- seed that fits a connection nothing can be judged.
--
-- Why it matters: An inventory without owners says who to ask about nothing: nobody renews access, answers an incident
-- or decides on deletion.
--
-- How to fix: Add the connection to `fivetran_connection_owners`, with `owner_email`, `environment` and `criticality`.

select
    connection_id as object_id,
    connection_name as object_name,
    case
        when max(case when is_owned then 1 else 0 end) over () = 1
            then owner is null or environment is null or criticality is null
    end as is_failing,
    'has no '
    || case
        when owner is null then 'owner'
        when environment is null then 'environment'
        else 'criticality'
    end as problem
from {{ ref('int_fivetran_log__connections') }}
where not is_deleted
