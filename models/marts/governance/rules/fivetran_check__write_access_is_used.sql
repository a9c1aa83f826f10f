-- Access that can change things is used
--
-- Each user who has been there for `fivetran_logs_check_dormant_days` and holds a role that can change something has
-- done something on record in that time. Logging in and reading leave no trace in these tables, so roles that only read
-- are not looked at. Nothing can be judged while the history is shorter.
--
-- Why it matters: Access that nobody uses helps nobody but whoever steals it.
--
-- How to fix: Ask whether the access is still needed, and take it back if not.

with

known as (

    select min(activity_date) as first_date from {{ ref('int_fivetran_log__sync_days') }}

),

writing_roles as (

    select distinct roles.name as role_name
    from {{ ref('stg_fivetran_log__role') }} as roles
    inner join {{ ref('stg_fivetran_log__role_permission') }} as permissions on roles.id = permissions.role_id
    where
        not permissions._fivetran_deleted
        and {{ fivetran_logs.regexp_found('upper(permissions.permission)', "'MANAGE|EDIT|CREATE|DELETE|WRITE|ADMIN'") }}

),

holders as (

    select
        user_roles.user_id,
        min(user_roles.role_name) as first_role
    from {{ ref('int_fivetran_log__user_roles') }} as user_roles
    inner join writing_roles on user_roles.role_name = writing_roles.role_name
    group by user_roles.user_id

),

used as (

    select
        user_id,
        max(occurred_at) as last_action_at
    from {{ ref('int_fivetran_log__actions') }}
    where user_id is not null and occurred_at <= {{ fivetran_logs.as_of() }}
    group by user_id

)

select
    users.id as object_id,
    coalesce(users.email, users.id) as object_name,
    case
        when used.last_action_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_dormant_days')) }} then false
        when known.first_date <= cast({{ fivetran_logs.days_ago(var('fivetran_logs_check_dormant_days')) }} as date) then true
    end as is_failing,
    'holds ' || holders.first_role || ' and '
    || coalesce('last did something on ' || {{ fivetran_logs.date_in_words('used.last_action_at') }}, 'never did anything on record') as problem
from holders
inner join {{ ref('stg_fivetran_log__user') }} as users on holders.user_id = users.id
cross join known
left join used on holders.user_id = used.user_id
where
    not users._fivetran_deleted
    and (users.created_at is null or users.created_at <= {{ fivetran_logs.days_ago(var('fivetran_logs_check_dormant_days')) }})
