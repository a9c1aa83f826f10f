{{ config(materialized=fivetran_logs.step_materialization()) }}

-- How long each connection may be silent on each report day: what its owner says, else the longer of what its schedule allows and what
-- is its habit. A habit is the wait that began at the same time of the week in earlier weeks, since nights and weekends differ from
-- days. The longest one may have been a fault: once three weeks are known, a wait must have happened in two of them. A connection
-- with a few successes a month, or one whose waits keep to no time of the week (started by hand), has no week to compare: there its long
-- waits count whenever they began. A wait of more than a week is compared with those about a month, two or three months earlier.

{%- set week = 7 * 24 * 3600 %}
{%- set month = 30.44 * 24 * 3600 %}
{%- set weeks = (var('fivetran_logs_habit_days') | int) // 7 %}
{%- set habit_seconds = (var('fivetran_logs_habit_days') | int) * 24 * 3600 %}
{%- set seconds_ago = fivetran_logs.seconds_between('long_gaps.began_at', 'windows.last_success_at') %}

with

windows as (

    select * from {{ ref('int_fivetran_log__connection_windows') }}

),

long_gaps as (

    select * from {{ ref('int_fivetran_log__long_gaps') }}

),

candidates as (

    select
        windows.connection_id,
        windows.report_date,
        windows.successful_syncs_30d,
        windows.successful_syncs_30d < {{ var('fivetran_logs_seldom_syncs') }} as is_seldom,
        {{ fivetran_logs.seconds_between('windows.first_sync_at', 'windows.last_success_at') }} / {{ week }}.0 as weeks_known,
        {{ seconds_ago }} as seconds_ago,
        round({{ seconds_ago }} / {{ week }}.0) as weeks_ago,
        round({{ seconds_ago }} / {{ month }}) as months_ago,
        -- "the same time": the fewer syncs, the less exact
        greatest(
            3600.0 * {{ var('fivetran_logs_habit_hours') }},
            30 * 24 * 3600 / 2.0 / nullif(windows.successful_syncs_30d, 0)
        ) as tolerance,
        long_gaps.gap_minutes
    from windows
    inner join long_gaps
        on
            windows.connection_id = long_gaps.connection_id
            and long_gaps.ended_at <= windows.last_success_at
            and long_gaps.began_at >= {{ fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_seldom_days'), 'windows.last_success_at') }}

),

-- waits that are the rule, and began in almost as many different hours of the week as there are waits, keep to no week
irregular as (

    select
        connection_id,
        report_date
    from candidates
    where seconds_ago <= {{ habit_seconds }}
    group by 1, 2
    having
        count(*) >= {{ var('fivetran_logs_irregular_waits') }}
        and 2 * count(*) >= max(successful_syncs_30d)
        and count(distinct floor((seconds_ago - floor(seconds_ago / {{ week }}.0) * {{ week }}) / 3600.0))
        >= {{ var('fivetran_logs_irregular_share') }} * count(*)

),

comparable as (

    select
        candidates.*,
        irregular.connection_id is not null as is_irregular,
        candidates.is_seldom or candidates.weeks_known < 1 or irregular.connection_id is not null as is_compared_with_all
    from candidates
    left join irregular on candidates.connection_id = irregular.connection_id and candidates.report_date = irregular.report_date
    where
        candidates.is_seldom
        or candidates.weeks_known < 1
        or (irregular.connection_id is not null and candidates.seconds_ago <= {{ habit_seconds }})
        or (
            candidates.weeks_ago between 1 and {{ weeks }}
            and abs(candidates.seconds_ago - candidates.weeks_ago * {{ week }}) <= candidates.tolerance
        )
        or (
            candidates.gap_minutes * 60 > {{ week }}
            and candidates.months_ago between 1 and 3
            and abs(candidates.seconds_ago - candidates.months_ago * {{ month }}) <= 24 * 3600 * {{ var('fivetran_logs_habit_month_days') }}
        )

),

-- one wait a week, or a month; each wait by itself where weeks say nothing
waits as (

    select
        connection_id,
        report_date,
        is_seldom,
        is_irregular,
        weeks_known,
        case
            when is_compared_with_all then seconds_ago
            when gap_minutes * 60 > {{ week }} then -months_ago
            else weeks_ago
        end as wait_number,
        max(gap_minutes) as gap_minutes
    from comparable
    group by 1, 2, 3, 4, 5, 6

),

ranked_waits as (

    select
        *,
        row_number() over (partition by connection_id, report_date order by gap_minutes desc) as longest_first,
        count(*) over (partition by connection_id, report_date) as waits
    from waits

),

habits as (

    select
        connection_id,
        report_date,
        gap_minutes * {{ var('fivetran_logs_habit_margin') }} as habit_minutes
    from ranked_waits
    where
        longest_first = case
            when is_seldom and waits >= 6 then 2
            when not (is_seldom or is_irregular) and weeks_known >= 3 then 2
            else 1
        end

),

expected as (

    select
        windows.*,
        {{ fivetran_logs.scheduled_gap_minutes('windows.sync_frequency_minutes') }} as scheduled_minutes,
        habits.habit_minutes
    from windows
    left join habits on windows.connection_id = habits.connection_id and windows.report_date = habits.report_date

)

select
    *,
    case
        when expected_every_minutes is not null then 'owner'
        when habit_minutes > scheduled_minutes then 'history'
        else 'schedule'
    end as expected_gap_source,
    coalesce(1.0 * expected_every_minutes, case when habit_minutes > scheduled_minutes then habit_minutes else scheduled_minutes end)
        as expected_gap_minutes
from expected
