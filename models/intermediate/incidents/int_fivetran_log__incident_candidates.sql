-- The nearest change in time is a lead, no verdict: what rules a change out is kept with its veto, and the others are ranked by their scores.

with

incidents as (

    select * from {{ ref('int_fivetran_log__incidents') }}
    where error_category is not null

),

scored as (

    select * from {{ ref('int_fivetran_log__scored_changes') }}

),

-- an error that came without a change not long ago may come again without one
unexplained as (

    select
        incidents.incident_id,
        incidents.connection_id,
        incidents.error_fingerprint,
        incidents.started_at
    from incidents
    left join scored
        on
            incidents.incident_id = scored.incident_id
            and scored.own_veto is null
            and scored.mechanism_score * scored.scope_score * scored.time_score >= {{ var('fivetran_logs_cause_minimum_score') }}
    where scored.incident_id is null

),

came_before as (

    select distinct
        scored.incident_id,
        scored.change_id
    from scored
    inner join unexplained
        on
            scored.connection_id = unexplained.connection_id
            and scored.error_fingerprint = unexplained.error_fingerprint
            and scored.changed_at > unexplained.started_at
            and {{ fivetran_logs.seconds_between('unexplained.started_at', 'scored.changed_at') }} <= 86400 * {{ var('fivetran_logs_cause_repeat_days') }}

)

select
    scored.incident_id,
    scored.change_id,
    scored.changed_at,
    scored.change_kind,
    scored.scope,
    scored.what,
    scored.actor,
    scored.seconds_before / 60.0 as minutes_before,
    scored.mechanism_score,
    scored.scope_score,
    scored.time_score,
    scored.mechanism_score * scored.scope_score * scored.time_score as cause_score,
    coalesce(scored.own_veto, case when came_before.change_id is not null then 'The same error had come without a change before it.' end) as veto,
    row_number() over (
        partition by scored.incident_id
        order by
            case when scored.own_veto is null and came_before.change_id is null then 0 else 1 end,
            scored.mechanism_score * scored.scope_score * scored.time_score desc,
            scored.changed_at desc,
            scored.change_id
    ) as candidate_rank
from scored
left join came_before
    on
        scored.incident_id = came_before.incident_id
        and scored.change_id = came_before.change_id
