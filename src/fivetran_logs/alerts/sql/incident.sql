with steps as (
    select
        error_fingerprint,
        min(suggested_action) as next_step
    from {{ ref('fct_fivetran_error_monitoring') }}
    group by error_fingerprint
)
select
    'incident:' || incidents.incident_id as alert_key,
    incidents.severity,
    -- nobody waits for the data of a paused connection
    incidents.is_open and coalesce(health.health_status not in ('paused', 'deleted'), true) as is_open,
    incidents.started_at as since,
    incidents.ended_at,
    incidents.connection_id,
    incidents.connection_name,
    incidents.connector_name,
    incidents.destination_name,
    incidents.team,
    incidents.criticality,
    coalesce(incidents.wave_id, incidents.cause_id, incidents.incident_id) as cause,
    incidents.wave_id,
    incidents.error_category,
    incidents.error_message as what,
    incidents.failed_syncs,
    incidents.tables_stale,
    incidents.paid_active_rows_at_risk,
    coalesce(incidents.probable_cause, 'unknown. ' || incidents.why_no_cause) as probable_cause,
    steps.next_step
from {{ ref('fct_fivetran_incidents') }} as incidents
left join {{ ref('fct_fivetran_connector_health') }} as health on incidents.connection_id = health.connection_id
left join steps on incidents.error_fingerprint = steps.error_fingerprint
where incidents.is_open or incidents.ended_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
