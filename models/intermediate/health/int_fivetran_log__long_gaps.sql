{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What the schedule does not say, history shows: where a connection regularly waits longer between two successes than its frequency
-- allows (a margin added, as where it is judged), that is its habit (cron, working days only, started by hand). A wait with a failed
-- sync in it is no habit, nor is one in which somebody paused the connection.

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

pauses as (

    select * from {{ ref('int_fivetran_log__actions') }}
    where is_paused_by_it and coalesce(secondary_resource_type, resource_type) = 'CONNECTION'

),

gaps as (

    select
        connection_id,
        previous_at as began_at,
        sync_at as ended_at,
        {{ fivetran_logs.seconds_between('previous_at', 'sync_at') }} / 60.0 as gap_minutes
    from outcomes
    where is_successful = 1 and previous_is_successful = 1

),

paused_gaps as (

    select distinct
        gaps.connection_id,
        gaps.began_at
    from gaps
    inner join pauses on gaps.connection_id = pauses.connection_id and pauses.occurred_at between gaps.began_at and gaps.ended_at

)

select gaps.*
from gaps
inner join connections on gaps.connection_id = connections.connection_id
left join paused_gaps on gaps.connection_id = paused_gaps.connection_id and gaps.began_at = paused_gaps.began_at
where
    paused_gaps.connection_id is null
    and gaps.gap_minutes * {{ var('fivetran_logs_habit_margin') }} > {{ fivetran_logs.scheduled_gap_minutes('connections.sync_frequency_minutes') }}
