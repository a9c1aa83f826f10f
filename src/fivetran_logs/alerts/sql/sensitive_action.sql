select
    'sensitive_action:' || activity_id as alert_key,
    'medium' as severity,
    occurred_at as since,
    connection_id,
    connection_name,
    destination_name,
    activity_id as cause,
    coalesce(user_email, user_name, user_id, 'unknown') as actor,
    coalesce(user_email, user_name, user_id, 'Somebody') || ': ' || action_type || ' of ' || lower(coalesce(resource_type, 'resource'))
    || ' ' || coalesce(resource_name, resource_id, '') as what,
    interaction_method,
    changed_fields,
    'Ask whether this was intended.' as next_step
from {{ ref('fct_fivetran_user_activity') }}
where is_sensitive and occurred_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
