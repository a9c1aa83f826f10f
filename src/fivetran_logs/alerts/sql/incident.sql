select
    'incident:' || incident_id as alert_key,
    severity,
    -- nobody waits for the data of a paused connection
    is_waiting as is_open,
    started_at as since,
    ended_at,
    connection_id,
    connection_name,
    connector_name,
    destination_name,
    team,
    criticality,
    coalesce(wave_id, cause_id, incident_id) as cause,
    wave_id,
    error_category,
    error_message as what,
    failed_syncs,
    tables_stale,
    paid_active_rows_at_risk,
    coalesce(probable_cause, 'unknown. ' || why_no_cause) as probable_cause,
    suggested_action as next_step
from {{ ref('fct_fivetran_incidents') }}
where is_open or ended_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
