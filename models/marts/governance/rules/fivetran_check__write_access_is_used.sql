-- Access that can change things is used
--
-- Each user who holds a role that can change something has done something on record within `fivetran_logs_dormant_days`,
-- or was granted it since. Logging in and reading leave no trace in these tables, so roles that only read are not looked
-- at. Nothing can be judged while the records are younger.
--
-- Why it matters: Access that nobody uses helps nobody but whoever steals it.
--
-- How to fix: Ask whether the access is still needed, and take it back if not.

with

writers as (

    select
        user_id,
        max(user_email) as user_email,
        min(role_name) as first_role,
        max(last_recorded_action_at) as last_recorded_action_at,
        max(case when is_dormant then 1 when not is_dormant then 0 end) as is_dormant
    from {{ ref('int_fivetran_log__access_grants') }}
    where can_write and not coalesce(is_deleted_user, false)
    group by user_id

)

select
    user_id as object_id,
    coalesce(user_email, user_id) as object_name,
    is_dormant = 1 as is_failing,
    'holds ' || first_role || ' and '
    || coalesce('last did something on ' || {{ fivetran_logs.date_in_words('last_recorded_action_at') }}, 'never did anything on record') as problem
from writers
