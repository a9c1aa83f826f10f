with

incidents as (

    select
        incidents.*,
        waves.wave_summary,
        case when incidents.is_waiting then 1 else 0 end as waits
    from {{ ref('fct_fivetran_incidents') }} as incidents
    left join {{ ref('fct_fivetran_waves') }} as waves on incidents.wave_id = waves.wave_id
    where incidents.is_open or cast(incidents.started_at as date) > {{ first_day }}

),

ranked as (

    select
        *,
        row_number() over (
            order by
                waits desc,
                case when waits = 0 then 0 when severity = 'critical' then 0 when severity = 'high' then 1 when severity = 'medium' then 2 else 3 end,
                started_at desc,
                incident_id
        ) as place,
        count(*) over () as all_rows
    from incidents

)

select
    incident_id,
    connection_id as connection,
    severity,
    started_at,
    ended_at,
    is_waiting,
    duration_seconds,
    failed_syncs,
    error_category,
    substring(error_message, 1, 600) as error_message,
    probable_cause,
    case when cause_type is not null and wave_id is null then cause_confidence end as cause_confidence,
    why_no_cause,
    wave_summary,
    candidates_considered,
    last_success_before_at,
    tables_stale,
    paid_active_rows_at_risk,
    suggested_action,
    all_rows
from ranked
where place <= 500
order by place
