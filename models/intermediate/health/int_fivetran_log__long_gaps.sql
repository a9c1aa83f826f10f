{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What the schedule does not say, history shows: where a connection regularly waits longer between two successes than its frequency
-- allows (a margin added, as where it is judged), that is its habit (cron, working days only, started by hand). A wait with a failure in it is none.

{%- set days = var('fivetran_logs_report_days') ~ ' + ' ~ var('fivetran_logs_seldom_days') %}

with

outcomes as (

    select
        connection_id,
        sync_at,
        is_successful,
        lag(sync_at) over (partition by connection_id order by sync_at, sync_key) as previous_at,
        lag(is_successful) over (partition by connection_id order by sync_at, sync_key) as previous_is_successful
    from {{ ref('int_fivetran_log__syncs') }}
    where
        is_successful + is_failed = 1
        and sync_date >= {{ fivetran_logs.date_add('day', '-(' ~ days ~ ')', fivetran_logs.as_of_date()) }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

gaps as (

    select
        connection_id,
        previous_at as began_at,
        sync_at as ended_at,
        {{ fivetran_logs.seconds_between('previous_at', 'sync_at') }} / 60.0 as gap_minutes
    from outcomes
    where is_successful = 1 and previous_is_successful = 1

)

select gaps.*
from gaps
inner join connections on gaps.connection_id = connections.connection_id
where
    gaps.gap_minutes * {{ var('fivetran_logs_habit_margin') }} > {{ fivetran_logs.scheduled_gap_minutes('connections.sync_frequency_minutes') }}
