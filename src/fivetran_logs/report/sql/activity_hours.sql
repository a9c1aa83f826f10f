select
    -- 1970-01-05 was a Monday
    mod({{ dbt.datediff("cast('1970-01-05' as date)", 'activity_date', 'day') }}, 7) as weekday,
    extract(hour from occurred_at) as hour_of_day,
    sum(case when actor_type = 'fivetran' then 0 else 1 end) as actions_of_people,
    sum(case when actor_type = 'fivetran' then 1 else 0 end) as actions_of_fivetran,
    sum(case when is_sensitive then 1 else 0 end) as sensitive_actions
from {{ ref('fct_fivetran_user_activity') }}
where activity_date > {{ first_day }} and occurred_at <= {{ as_of_at }}
group by 1, 2
order by 1, 2
