-- Nobody changes their own access
--
-- Each change of a user in the audit trail of the period was made by another user, an API key or Fivetran. Who changes
-- nothing but their own name, phone or picture has not changed their access. A record that does not say which fields were
-- changed counts. One row per user who was changed.
--
-- Why it matters: Whoever can raise their own access needs nobody's consent.
--
-- How to fix: Take the access back, and let another administrator grant it if it is needed.

{%- set profile_fields = [
    'name', 'given_name', 'givenname', 'family_name', 'familyname', 'first_name', 'firstname', 'last_name', 'lastname', 'phone',
    'picture', 'time_zone', 'timezone', 'notifications'
] %}

with

changes as (

    select
        case when secondary_resource_type = 'USER' then secondary_resource_id else resource_id end as changed_user_id,
        case
            when user_id = case when secondary_resource_type = 'USER' then secondary_resource_id else resource_id end then 1
            else 0
        end as is_own,
        occurred_at
    from {{ ref('int_fivetran_log__actions') }}
    where
        log_source = 'audit_trail'
        and (secondary_resource_type = 'USER' or secondary_resource_type is null and resource_type = 'USER')
        and action_type in ('create', 'edit')
        -- beside a team or a place, the user is changed as its member
        and (
            resource_type not in ('ACCOUNT', 'USER')
            or changed_fields is null
            or not {{ fivetran_logs.is_only_of('changed_fields', profile_fields) }}
        )
        and occurred_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

counted as (

    select
        changed_user_id,
        sum(is_own) as own_changes,
        max(case when is_own = 1 then occurred_at end) as last_changed_at
    from changes
    where changed_user_id is not null
    group by changed_user_id

)

select
    counted.changed_user_id as object_id,
    coalesce(users.email, counted.changed_user_id) as object_name,
    counted.own_changes > 0 as is_failing,
    'changed their own user ' || {{ fivetran_logs.counted('counted.own_changes', 'time') }} || ', the last on '
    || {{ fivetran_logs.date_in_words('counted.last_changed_at') }} as problem
from counted
left join {{ ref('stg_fivetran_log__user') }} as users on counted.changed_user_id = users.id
