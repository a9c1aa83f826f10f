-- Users with a role are verified
--
-- No user who holds a role has left the invitation unanswered for longer than `fivetran_logs_check_unverified_days`.
--
-- Why it matters: An invitation nobody answered may have gone to the wrong address, and stays open to whoever reads it.
--
-- How to fix: Invite the user again, or remove the user.

with

holders as (

    select distinct user_id from {{ ref('int_fivetran_log__access_grants') }}

)

select
    users.id as object_id,
    coalesce(users.email, users.id) as object_name,
    not users.verified
    and coalesce(users.created_at <= {{ fivetran_logs.days_ago(var('fivetran_logs_check_unverified_days')) }}, true) as is_failing,
    'has not been verified' || coalesce(' since ' || {{ fivetran_logs.date_in_words('users.created_at') }}, '') as problem
from holders
inner join {{ ref('stg_fivetran_log__user') }} as users on holders.user_id = users.id
where not users._fivetran_deleted
