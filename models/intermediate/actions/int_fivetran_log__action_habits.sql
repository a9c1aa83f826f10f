{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Actions that are unusual for their person. An hour is unusual if hardly any action of earlier days fell near it. An action is a first
-- one if the records reach back far enough and show no earlier one. Only earlier days count, so that a day's flags never change.

{%- set near = var('fivetran_logs_usual_hours') %}

with

actions as (

    select
        *,
        cast(extract(hour from occurred_at) as {{ dbt.type_int() }}) as hour_of_day
    from {{ ref('int_fivetran_log__named_actions') }}

),

record as (

    select min(occurred_at) as recorded_from from actions

),

-- a script keeps no hours
hours as (

    select
        person,
        activity_date,
        hour_of_day,
        count(*) as actions
    from actions
    where actor_type = 'user' and person is not null
    group by person, activity_date, hour_of_day

),

days as (

    select
        person,
        activity_date,
        sum(actions) as actions
    from hours
    group by person, activity_date

),

habits as (

    select
        person,
        activity_date,
        row_number() over (partition by person order by activity_date) - 1 as days_before,
        sum(actions) over (
            partition by person order by activity_date rows between unbounded preceding and 1 preceding
        ) as actions_before
    from days

),

hours_nearby as (

    {%- for shift in range(-near, near + 1) %}
    select
        person,
        activity_date,
        mod(hour_of_day + {{ 24 + shift }}, 24) as hour_of_day,
        actions
    from hours
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

near_days as (

    select
        person,
        activity_date,
        hour_of_day,
        sum(actions) as actions
    from hours_nearby
    group by person, activity_date, hour_of_day

),

near_before as (

    select
        person,
        activity_date,
        hour_of_day,
        coalesce(sum(actions) over (
            partition by person, hour_of_day order by activity_date rows between unbounded preceding and 1 preceding
        ), 0) as actions_before
    from near_days

),

repeats as (

    select
        activity_id,
        row_number() over (partition by person, action_category, action_type order by occurred_at, activity_id) as times
    from actions
    where person is not null

)

select
    actions.activity_id,
    case
        when habits.days_before >= {{ var('fivetran_logs_habit_action_days') }}
            then near_before.actions_before <= {{ var('fivetran_logs_unusual_hour_share') }} * habits.actions_before
    end as is_unusual_hour,
    case
        when
            record.recorded_from <= {{ fivetran_logs.time_add('day', '-(' ~ var('fivetran_logs_first_time_days') ~ ')', 'actions.occurred_at') }}
            then repeats.times = 1
    end as is_first_time_action
from actions
cross join record
left join repeats on actions.activity_id = repeats.activity_id
left join habits
    on actions.actor_type = 'user' and actions.person = habits.person and actions.activity_date = habits.activity_date
left join near_before
    on
        actions.actor_type = 'user'
        and actions.person = near_before.person
        and actions.activity_date = near_before.activity_date
        and actions.hour_of_day = near_before.hour_of_day
