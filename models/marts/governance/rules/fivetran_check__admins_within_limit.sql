-- Administrators are few, but more than one
--
-- The users who hold an administrator's role for the whole account, themselves or through a team, are at least
-- `fivetran_logs_check_admins_minimum` and at most `fivetran_logs_check_admins`. If not, all of them fail. Deleted users
-- do not count.
--
-- Why it matters: Each administrator can do everything; with a single one, nobody can act when that person is away.
--
-- How to fix: Give those who do not need it a narrower role, or appoint a second administrator.

with

admins as (

    select distinct user_id from {{ ref('int_fivetran_log__user_roles') }}
    where
        granted_for = 'account'
        and {{ fivetran_logs.is_among('role_name', var('fivetran_logs_check_admin_roles')) }}

),

living as (

    select
        users.id,
        users.email,
        count(*) over () as administrators
    from admins
    inner join {{ ref('stg_fivetran_log__user') }} as users on admins.user_id = users.id
    where not users._fivetran_deleted

)

select
    id as object_id,
    coalesce(email, id) as object_name,
    administrators < {{ var('fivetran_logs_check_admins_minimum') }} or administrators > {{ var('fivetran_logs_check_admins') }} as is_failing,
    'is one of ' || {{ fivetran_logs.counted('administrators', 'administrator') }} || '; at least '
    || '{{ var('fivetran_logs_check_admins_minimum') }} and at most {{ var('fivetran_logs_check_admins') }} are wanted' as problem
from living
