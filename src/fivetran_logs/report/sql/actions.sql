with

ranked as (

    select
        *,
        row_number() over (order by occurred_at desc, activity_id) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_user_activity') }}
    where activity_date > {{ first_day }} and occurred_at <= {{ as_of_at }}
        and (is_sensitive or is_configuration_change)

)

select
    occurred_at,
    actor_type,
    user_name,
    user_email,
    action_type,
    action_category,
    interaction_method,
    resource_type,
    coalesce(resource_name, resource_id) as resource_name,
    secondary_resource_type,
    coalesce(secondary_resource_name, secondary_resource_id) as secondary_resource_name,
    connection_id as connection,
    is_sensitive,
    is_configuration_change,
    changed_fields,
    substring(old_values, 1, 400) as old_values,
    substring(new_values, 1, 400) as new_values,
    log_source,
    all_rows
from ranked
where place <= 1500
order by place
