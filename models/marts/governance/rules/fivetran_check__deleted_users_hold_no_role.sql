-- Deleted users hold no role
--
-- No user who is deleted still holds a role, directly or through a team.
--
-- Why it matters: Access that outlives the person is the first thing an auditor looks for, and an attacker too.
--
-- How to fix: Remove the user from the team or the resource.

with

holders as (

    select
        user_id,
        count(distinct role_name) as roles,
        min(role_name) as first_role
    from {{ ref('int_fivetran_log__access_grants') }}
    group by user_id

)

select
    users.id as object_id,
    coalesce(users.email, users.id) as object_name,
    holders.user_id is not null as is_failing,
    'holds ' || {{ fivetran_logs.counted('holders.roles', 'role') }} || ', such as ' || holders.first_role as problem
from {{ ref('stg_fivetran_log__user') }} as users
left join holders on users.id = holders.user_id
where users._fivetran_deleted
