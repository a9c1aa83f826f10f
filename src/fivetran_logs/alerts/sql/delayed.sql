select
    'delayed:' || health.connection_id as alert_key,
    problems.severity,
    true as is_open,
    coalesce(health.last_successful_sync_at, health.set_up_at) as since,
    health.connection_id,
    health.connection_name,
    health.connector_name,
    health.destination_name,
    health.team,
    health.owner,
    health.criticality,
    health.connection_id as cause,
    problems.problem_summary as what,
    health.expected_gap_minutes,
    problems.tables_at_risk,
    problems.paid_active_rows_at_risk,
    problems.recommended_action as next_step
from {{ ref('fct_fivetran_connector_health') }} as health
inner join {{ ref('fct_fivetran_problematic_connectors') }} as problems on health.connection_id = problems.connection_id
where health.health_status = 'delayed'
order by alert_key
