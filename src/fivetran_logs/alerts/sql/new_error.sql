select
    'new_error:' || error_fingerprint as alert_key,
    'medium' as severity,
    min(occurred_at) as since,
    min(connection_id) as connection_id,
    min(connection_name) as connection_name,
    min(connector_name) as connector_name,
    min(destination_name) as destination_name,
    error_fingerprint as cause,
    min(error_category) as error_category,
    coalesce(min(error_message), min(error_type)) as what,
    max(affected_connections) as affected_connections,
    count(*) as occurrences,
    min(suggested_action) as next_step
from {{ ref('fct_fivetran_error_monitoring') }}
where severity = 'SEVERE' and not is_echo
group by error_fingerprint
having min(occurred_at) > {{ fivetran_logs.days_ago(7) }}
order by alert_key
