with

actions as (

    select
        case when occurred_at > {{ days_30 }} then 1 else 0 end as is_last_30d,
        case when is_sensitive then 1 else 0 end as is_sensitive,
        case when is_configuration_change then 1 else 0 end as is_configuration_change,
        case when actor_type = 'fivetran' then 1 else 0 end as is_fivetran,
        log_source,
        coalesce(user_email, user_id) as person
    from {{ ref('fct_fivetran_user_activity') }}
    where activity_date > {{ first_day }} and occurred_at <= {{ as_of_at }}

)

select
    count(*) as actions,
    sum(is_last_30d) as actions_last_30d,
    sum(is_sensitive) as sensitive_actions,
    sum(is_sensitive * is_last_30d) as sensitive_actions_last_30d,
    sum(is_configuration_change) as configuration_changes,
    sum(is_configuration_change * is_last_30d) as configuration_changes_last_30d,
    sum(is_fivetran) as actions_of_fivetran,
    count(distinct person) as people,
    sum(case when log_source = 'audit_trail' then 1 else 0 end) as actions_from_audit_trail
from actions
