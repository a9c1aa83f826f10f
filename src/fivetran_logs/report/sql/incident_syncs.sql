-- From the last success before an incident to the success that ended it.

with

incidents as (

    select
        incident_id,
        connection_id,
        started_at,
        coalesce(last_success_before_at, started_at) as first_at,
        coalesce(ended_at, {{ as_of_at }}) as last_at
    from {{ ref('fct_fivetran_incidents') }}
    where is_open or cast(started_at as date) > {{ first_day }}

),

syncs as (

    select
        incidents.incident_id,
        incidents.started_at,
        performance.sync_key,
        performance.sync_started_at,
        performance.sync_completed_at,
        performance.sync_status,
        performance.sync_duration_seconds,
        performance.rows_synced,
        performance.failure_reason,
        row_number() over (partition by incidents.incident_id order by performance.sync_started_at, performance.sync_key) as place,
        row_number() over (partition by incidents.incident_id order by performance.sync_started_at desc, performance.sync_key desc) as place_from_end
    from incidents
    inner join {{ ref('fct_fivetran_sync_performance') }} as performance
        on
            incidents.connection_id = performance.connection_id
            and coalesce(performance.sync_completed_at, performance.sync_started_at) >= incidents.first_at
            and coalesce(performance.sync_completed_at, performance.sync_started_at) <= incidents.last_at

),

ranked as (

    select
        *,
        row_number() over (order by started_at desc, incident_id, sync_started_at, sync_key) as rank_of_all,
        count(*) over () as all_rows
    from syncs
    where place <= 6 or place_from_end <= 6

)

select
    incident_id as incident,
    sync_started_at,
    sync_completed_at,
    sync_status,
    sync_duration_seconds as duration_seconds,
    rows_synced,
    substring(failure_reason, 1, 300) as failure_reason,
    all_rows
from ranked
where rank_of_all <= 3000
order by rank_of_all
