with

ranked as (

    select
        causes.*,
        incidents.connection_id,
        row_number() over (order by incidents.started_at desc, causes.incident_id, causes.candidate_rank) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_incident_causes') }} as causes
    inner join {{ ref('fct_fivetran_incidents') }} as incidents on causes.incident_id = incidents.incident_id
    where
        causes.candidate_rank <= 5
        and (incidents.is_open or cast(incidents.started_at as date) > {{ first_day }})

)

select
    incident_id as incident,
    change_summary,
    cause_at,
    cause_score,
    mechanism_score,
    scope_score,
    time_score,
    veto,
    all_rows
from ranked
where place <= 2000
order by place
