-- What stands out comes first, then the newest, since a report holds no more than 1,000 sessions.
with

sessions as (

    select
        session_id,
        session_started_at,
        session_ended_at,
        session_story,
        session_actions,
        min(actor_type) as actor_type,
        min(user_name) as user_name,
        min(coalesce(user_email, user_id)) as user_email,
        sum(case when is_sensitive then 1 else 0 end) as sensitive_actions,
        max(case when is_new_admin then 1 else 0 end) as is_new_admin,
        max(case when is_mass_deletion then 1 else 0 end) as is_mass_deletion,
        max(case when is_unusual_hour then 1 else 0 end) as is_unusual_hour,
        max(case when is_first_time_action and (is_sensitive or is_configuration_change) then 1 else 0 end) as is_first_time
    from {{ ref('fct_fivetran_user_activity') }}
    where session_id is not null and cast(session_ended_at as date) > {{ first_day }} and session_ended_at <= {{ as_of_at }}
    group by session_id, session_started_at, session_ended_at, session_story, session_actions

),

ranked as (

    select
        *,
        row_number() over (
            order by
                case when is_new_admin + is_mass_deletion + is_unusual_hour > 0 then 0 else 1 end,
                session_started_at desc,
                session_id
        ) as place,
        count(*) over () as all_rows
    from sessions

)

select
    session_started_at,
    session_ended_at,
    session_story,
    session_actions,
    actor_type,
    user_name,
    user_email,
    sensitive_actions,
    is_new_admin = 1 as is_new_admin,
    is_mass_deletion = 1 as is_mass_deletion,
    is_unusual_hour = 1 as is_unusual_hour,
    is_first_time = 1 as is_first_time,
    all_rows
from ranked
where place <= 1000
order by place
