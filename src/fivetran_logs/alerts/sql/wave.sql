select
    'wave:' || wave_id as alert_key,
    severity,
    is_open,
    started_at as since,
    ended_at,
    destination_name,
    connector_name,
    wave_id as cause,
    wave_id,
    error_category,
    wave_summary as what,
    connections,
    incidents
from {{ ref('fct_fivetran_waves') }}
where is_open or ended_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
