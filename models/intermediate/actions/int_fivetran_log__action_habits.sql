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
days as (

    select
        person,
        activity_date,
        {%- for hour in range(24) %}
        sum(case when hour_of_day = {{ hour }} then 1 else 0 end) as actions_{{ hour }},
        {%- endfor %}
        count(*) as actions
    from actions
    where actor_type = 'user' and person is not null
    group by person, activity_date

),

{%- set before = '(partition by person order by activity_date rows between unbounded preceding and 1 preceding)' %}

habits as (

    select
        person,
        activity_date,
        row_number() over (partition by person order by activity_date) - 1 as days_before,
        {%- for hour in range(24) %}
        {%- set nearby = [] %}
        {%- for shift in range(-near, near + 1) %}{% do nearby.append('actions_' ~ (hour + shift) % 24) %}{% endfor %}
        sum({{ nearby | join(' + ') }}) over {{ before }} as actions_near_{{ hour }},
        {%- endfor %}
        sum(actions) over {{ before }} as actions_before
    from days

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
            then
                case actions.hour_of_day
                    {%- for hour in range(24) %}
                    when {{ hour }} then habits.actions_near_{{ hour }}
                    {%- endfor %}
                end <= {{ var('fivetran_logs_unusual_hour_share') }} * habits.actions_before
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
