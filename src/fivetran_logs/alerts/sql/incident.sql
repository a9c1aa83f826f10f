select
    'incident:' || incidents.incident_id as alert_key,
    incidents.severity,
    -- nobody waits for the data of a paused connection
    incidents.is_waiting as is_open,
    incidents.started_at as since,
    incidents.ended_at,
    incidents.connection_id,
    incidents.connection_name,
    incidents.connector_name,
    incidents.destination_name,
    incidents.team,
    health.owner,
    incidents.criticality,
    coalesce(incidents.wave_id, incidents.cause_id, incidents.incident_id) as cause,
    incidents.wave_id,
    incidents.error_category,
    incidents.error_message as what,
    incidents.failed_syncs,
    incidents.tables_stale,
    incidents.paid_active_rows_at_risk,
    case
        when incidents.probable_cause is null then 'unknown. ' || incidents.why_no_cause
        when incidents.cause_confidence is null then incidents.probable_cause
        else incidents.probable_cause || ' Confidence: ' || incidents.cause_confidence || '.'
    end as probable_cause,
    incidents.suggested_action as next_step
from {{ ref('fct_fivetran_incidents') }} as incidents
left join {{ ref('fct_fivetran_connector_health') }} as health on incidents.connection_id = health.connection_id
where incidents.is_open or incidents.ended_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
