-- Custom roles do not reach the whole account
--
-- No custom role that somebody holds can change the account itself: its users, roles, settings or bills. One row per
-- custom role that is held.
--
-- Why it matters: A custom role is reviewed when it is made and hardly ever again, while what it allows grows.
--
-- How to fix: Take the rights over the account out of the role, or grant it for a destination or a connection.

with

held as (

    select
        coalesce(role_id, role_name) as role_id,
        max(role_name) as role_name,
        max(account_rights) as account_rights,
        count(distinct user_id) as holders
    from {{ ref('int_fivetran_log__access_grants') }}
    where is_custom_role and not is_role_gone
    group by coalesce(role_id, role_name)

)

select
    role_id as object_id,
    role_name as object_name,
    account_rights >= 2 as is_failing,
    'can change the account; ' || {{ fivetran_logs.counted('holders', 'user') }} || case when holders = 1 then ' holds' else ' hold' end || ' it' as problem
from held
