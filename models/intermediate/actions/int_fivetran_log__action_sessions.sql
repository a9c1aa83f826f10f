{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Actions of one person that follow one another without a long pause are a session: what somebody sat down to do. The dashboard and the
-- API have sessions of their own, since a script acts in the name of a person who may be asleep.

with

actions as (

    select * from {{ ref('int_fivetran_log__named_actions') }}
    where actor_type <> 'fivetran'

),

with_pauses as (

    select
        *,
        coalesce(person, '?') as session_person,
        lag(occurred_at) over (partition by coalesce(person, '?'), actor_type order by occurred_at, activity_id) as previous_at
    from actions

),

with_starts as (

    select
        *,
        case
            when {{ fivetran_logs.seconds_between('previous_at', 'occurred_at') }} <= 60 * {{ var('fivetran_logs_session_minutes') }} then 0
            else 1
        end as is_start
    from with_pauses

),

numbered as (

    select
        *,
        sum(is_start) over (
            partition by session_person, actor_type order by occurred_at, activity_id rows between unbounded preceding and current row
        ) as session_number
    from with_starts

),

sessions as (

    select
        session_person,
        actor_type,
        session_number,
        min(occurred_at) as session_started_at,
        max(occurred_at) as session_ended_at,
        count(*) as session_actions,
        count(distinct case
            when action_type = 'delete' then coalesce(secondary_resource_id, resource_id, activity_id)
        end) as session_deletions
    from numbered
    group by session_person, actor_type, session_number

)

select
    numbered.activity_id,
    {{ fivetran_logs.hash_of(['sessions.session_person', 'sessions.actor_type', fivetran_logs.microseconds('sessions.session_started_at')]) }} as session_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_actions,
    numbered.action_type = 'delete'
    and sessions.session_deletions >= {{ var('fivetran_logs_mass_deletions') }} as is_mass_deletion
from numbered
inner join sessions
    on
        numbered.session_person = sessions.session_person
        and numbered.actor_type = sessions.actor_type
        and numbered.session_number = sessions.session_number
