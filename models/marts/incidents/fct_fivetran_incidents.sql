with

incidents as (

    select * from {{ ref('int_fivetran_log__incidents') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

health as (

    select
        connection_id,
        health_status,
        known_until_at,
        expected_gap_minutes
    from {{ ref('int_fivetran_log__connection_health') }}
    where is_latest

),

judgements as (

    select * from {{ ref('int_fivetran_log__judgements') }}

),

waves as (

    select * from {{ ref('int_fivetran_log__incident_waves') }}

),

candidates as (

    select
        incident_id,
        count(*) as candidates_considered,
        sum(case when veto is null then 1 else 0 end) as candidates_left,
        max(case when candidate_rank = 1 then change_id end) as change_id,
        max(case when candidate_rank = 1 then changed_at end) as changed_at,
        max(case when candidate_rank = 1 then change_kind end) as change_kind,
        max(case when candidate_rank = 1 then what end) as what,
        max(case when candidate_rank = 1 then actor end) as actor,
        max(case when candidate_rank = 1 then minutes_before end) as minutes_before,
        max(case when candidate_rank = 1 then cause_score end) as cause_score,
        max(case when candidate_rank = 1 then veto end) as first_veto,
        max(case when candidate_rank = 2 and veto is null then cause_score end) as next_score
    from {{ ref('int_fivetran_log__incident_candidates') }}
    group by incident_id

),

joined as (

    select
        incidents.*,
        connections.connection_name,
        connections.connector_name,
        connections.destination_id,
        connections.destination_name,
        connections.team,
        connections.criticality,
        incidents.is_open and coalesce(health.health_status not in ('paused', 'deleted'), true) as is_waiting,
        coalesce(health.known_until_at, {{ fivetran_logs.as_of() }}) as known_until_at,
        coalesce(health.expected_gap_minutes, 60 * {{ var('fivetran_logs_delay_default_hours') }}) as expected_gap_minutes,
        case when incidents.is_open then judgements.severity end as judged_severity,
        judgements.tables_last_30d,
        greatest(judgements.paid_rows_this_month, judgements.paid_rows_last_month) as paid_rows,
        waves.wave_id,
        waves.scope_type,
        waves.wave_started_at,
        waves.share_of_scope,
        coalesce(candidates.candidates_considered, 0) as candidates_considered,
        candidates.candidates_left,
        candidates.change_id,
        candidates.changed_at,
        candidates.change_kind,
        candidates.what,
        candidates.actor,
        candidates.minutes_before,
        candidates.cause_score as change_score,
        candidates.first_veto,
        candidates.next_score,
        waves.wave_id is null and candidates.first_veto is null
        and coalesce(candidates.cause_score, 0) >= {{ var('fivetran_logs_cause_minimum_score') }} as is_change_claimed
    from incidents
    left join connections on incidents.connection_id = connections.connection_id
    left join health on incidents.connection_id = health.connection_id
    left join judgements on incidents.connection_id = judgements.connection_id
    left join waves on incidents.incident_id = waves.incident_id
    left join candidates on incidents.incident_id = candidates.incident_id

),

graded as (

    select
        *,
        {{ fivetran_logs.incident_step() }} as severity_step
    from joined

)

select
    incident_id,
    connection_id,
    connection_name,
    connector_name,
    destination_id,
    destination_name,
    team,
    criticality,
    started_at,
    ended_at,
    is_open,
    is_waiting,
    {{ fivetran_logs.as_double(fivetran_logs.seconds_between('started_at', 'coalesce(ended_at, known_until_at)')) }} as duration_seconds,
    {{ fivetran_logs.as_rows('failed_syncs') }} as failed_syncs,
    last_success_before_at,
    error_category,
    error_fingerprint,
    error_message,
    suggested_action,
    {{ fivetran_logs.incident_severity() }} as severity,
    {{ fivetran_logs.as_rows('case when is_open then tables_last_30d end') }} as tables_stale,
    {{ fivetran_logs.as_rows('case when is_open then paid_rows end') }} as paid_active_rows_at_risk,
    wave_id,
    {{ fivetran_logs.incident_cause() }} as probable_cause,
    case
        when wave_id is not null then case scope_type when 'destination' then 'destination_wide' else 'source_wide' end
        when is_change_claimed then {{ fivetran_logs.cause_type_of('change_kind') }}
    end as cause_type,
    case when wave_id is not null then wave_id when is_change_claimed then change_id end as cause_id,
    case when wave_id is not null then wave_started_at when is_change_claimed then changed_at end as cause_at,
    {{ fivetran_logs.as_double(
        'case when wave_id is not null then ' ~ fivetran_logs.seconds_between('wave_started_at', 'started_at')
        ~ ' / 60.0 when is_change_claimed then minutes_before end'
    ) }} as minutes_before,
    {{ fivetran_logs.as_double('case when wave_id is not null then 0.7 + 0.3 * share_of_scope else change_score end') }} as cause_score,
    case
        when wave_id is not null then 'high'
        when not is_change_claimed then null
        when change_score >= {{ var('fivetran_logs_cause_high_score') }} and coalesce(next_score, 0) <= change_score - 0.1 then 'high'
        else 'medium'
    end as cause_confidence,
    {{ fivetran_logs.as_rows('candidates_considered') }} as candidates_considered,
    {{ fivetran_logs.why_no_cause() }} as why_no_cause
from graded
