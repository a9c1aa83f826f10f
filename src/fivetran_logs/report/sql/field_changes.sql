with

changes as (

    select
        *,
        row_number() over (order by occurred_at desc, activity_id, field_path, change_id) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_configuration_changes') }}
    where cast(occurred_at as date) > {{ first_day }} and occurred_at <= {{ as_of_at }}

),

ranked as (

    select
        changes.*,
        actions.user_name,
        actions.actor_type
    from changes
    left join {{ ref('fct_fivetran_user_activity') }} as actions on changes.activity_id = actions.activity_id

)

select
    occurred_at,
    connection_id as connection,
    lower(resource_type) as resource_type,
    coalesce(resource_name, resource_id) as resource_name,
    field_path,
    substring(old_value, 1, 200) as old_value,
    substring(new_value, 1, 200) as new_value,
    unread_because,
    actor_type,
    user_name,
    coalesce(user_email, user_id) as user_email,
    interaction_method,
    is_sensitive,
    all_rows
from ranked
where place <= 1500
order by place
