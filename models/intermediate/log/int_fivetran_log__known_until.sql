-- The log arrives late and all at once: what a Platform schema knows ends with its newest arrival. Where the source does not say when
-- rows arrived, the newest event stands for it. An event stamped in the future proves no arrival.

{%- set known_until_at = 'least(coalesce(last_arrival_at, last_event_at, arrival_hour), ' ~ fivetran_logs.as_of() ~ ')' %}

with

arrivals as (

    select * from {{ ref('int_fivetran_log__arrivals') }}
    where log_source = 'log' and platform_schema is not null

),

gaps as (

    select
        platform_schema,
        {{ known_until_at }} as arrived_at,
        {{ fivetran_logs.seconds_between(
            'lag(' ~ known_until_at ~ ') over (partition by platform_schema order by arrival_hour)', known_until_at
        ) }} / 60.0 as gap_minutes
    from arrivals

),

-- an arrival goes on for minutes, also across an hour; the longest gap may have been a fault, so of several the second longest counts
ranked_gaps as (

    select
        platform_schema,
        gap_minutes,
        row_number() over (partition by platform_schema order by gap_minutes desc) as longest_first,
        count(*) over (partition by platform_schema) as gaps
    from gaps
    where gap_minutes > 60 and arrived_at > {{ fivetran_logs.days_ago(var('fivetran_logs_habit_days')) }}

),

usual_gaps as (

    select
        platform_schema,
        gap_minutes
    from ranked_gaps
    where longest_first = case when gaps >= 3 then 2 else 1 end

),

newest as (

    select
        platform_schema,
        max(arrived_at) as known_until_at
    from gaps
    group by platform_schema

)

select
    newest.platform_schema,
    newest.known_until_at,
    {{ fivetran_logs.seconds_between('newest.known_until_at', fivetran_logs.as_of()) }} / 60.0 as minutes_behind,
    -- a log whose habit is not known is expected once a day
    coalesce(usual_gaps.gap_minutes, 60.0 * {{ var('fivetran_logs_delay_default_hours') }}) * {{ var('fivetran_logs_habit_margin') }}
        as expected_gap_minutes
from newest
left join usual_gaps on newest.platform_schema = usual_gaps.platform_schema
