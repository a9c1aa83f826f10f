with

actors as (

    select
        actor_type,
        user_name,
        user_email,
        count(*) as actions,
        sum(case when is_sensitive then 1 else 0 end) as sensitive_actions,
        sum(case when is_configuration_change then 1 else 0 end) as configuration_changes,
        max(occurred_at) as last_active_at
    from {{ ref('fct_fivetran_user_activity') }}
    where activity_date > {{ first_day }} and occurred_at <= {{ as_of_at }}
    group by actor_type, user_name, user_email

),

ranked as (

    select
        *,
        row_number() over (order by sensitive_actions desc, actions desc, user_email, user_name, actor_type) as place,
        count(*) over () as all_rows
    from actors

)

select
    actor_type,
    user_name,
    user_email,
    actions,
    sensitive_actions,
    configuration_changes,
    last_active_at,
    all_rows
from ranked
where place <= 300
order by place
