with

candidates as (

    select * from {{ ref('int_fivetran_log__incident_candidates') }}

)

select
    incident_id,
    change_id as cause_id,
    {{ fivetran_logs.as_rows('candidate_rank') }} as candidate_rank,
    {{ fivetran_logs.cause_type_of('change_kind') }} as cause_type,
    changed_at as cause_at,
    what as change_summary,
    actor,
    change_kind,
    scope,
    {{ fivetran_logs.as_double('minutes_before') }} as minutes_before,
    {{ fivetran_logs.as_double('mechanism_score') }} as mechanism_score,
    {{ fivetran_logs.as_double('scope_score') }} as scope_score,
    {{ fivetran_logs.as_double('time_score') }} as time_score,
    {{ fivetran_logs.as_double('cause_score') }} as cause_score,
    veto
from candidates
