-- Administrators are few, but more than one
--
-- The users who manage the whole account, themselves or through a team, are at least
-- `fivetran_logs_check_admins_minimum` and at most `fivetran_logs_check_admins`. If not, all of them fail. Deleted users
-- do not count.
--
-- Why it matters: Each administrator can do everything; with a single one, nobody can act when that person is away.
--
-- How to fix: Give those who do not need it a narrower role, or appoint a second administrator.

with

admins as (

    select
        user_id,
        max(user_email) as user_email
    from {{ ref('int_fivetran_log__access_grants') }}
    where is_admin and not coalesce(is_deleted_user, false)
    group by user_id

),

counted as (

    select
        *,
        count(*) over () as administrators
    from admins

)

select
    user_id as object_id,
    coalesce(user_email, user_id) as object_name,
    administrators < {{ var('fivetran_logs_check_admins_minimum') }} or administrators > {{ var('fivetran_logs_check_admins') }} as is_failing,
    'is one of ' || {{ fivetran_logs.counted('administrators', 'administrator') }} || '; at least '
    || '{{ var('fivetran_logs_check_admins_minimum') }} and at most {{ var('fivetran_logs_check_admins') }} are wanted' as problem
from counted
