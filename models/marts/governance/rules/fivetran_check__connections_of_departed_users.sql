-- No connection depends on a user who left
--
-- No living connection was set up by a user who is deleted. A user who is not listed at all cannot be judged.
--
-- Why it matters: The connection may still run with the access that this person gave it, which nobody renews and nobody
-- revokes.
--
-- How to fix: Let somebody who is there authorise the connection again, and write down the new owner.

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    users._fivetran_deleted as is_failing,
    'was set up by ' || coalesce(users.email, users.id) || ', who is deleted' as problem
from {{ ref('int_fivetran_log__connections') }} as connections
left join {{ ref('stg_fivetran_log__user') }} as users on connections.connecting_user_id = users.id
where not connections.is_deleted
