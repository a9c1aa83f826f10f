-- Months that the report days hold whole, and the open one: a month of which only some days are known could not be held to anything.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

freshness as (

    select
        connection_id,
        month_date,
        sum(minutes_measured) as minutes_measured,
        sum(minutes_stale) as minutes_stale
    from {{ ref('int_fivetran_log__freshness_days') }}
    where
        month_date >= (select min(report_date) from {{ ref('int_fivetran_log__calendar') }})
        or month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
    group by 1, 2

),

-- an incident counts in the month in which it began, its recovery in the month in which it ended
turns as (

    select
        connection_id,
        {{ fivetran_logs.month_of('started_at') }} as month_date,
        1 as incidents,
        0 as recoveries,
        0.0 as hours_to_recover
    from {{ ref('int_fivetran_log__incidents') }}

    union all

    select
        connection_id,
        {{ fivetran_logs.month_of('ended_at') }} as month_date,
        0 as incidents,
        1 as recoveries,
        {{ fivetran_logs.seconds_between('started_at', 'ended_at') }} / 3600.0 as hours_to_recover
    from {{ ref('int_fivetran_log__incidents') }}
    where ended_at is not null

),

turns_by_month as (

    select
        connection_id,
        month_date,
        sum(incidents) as incidents,
        sum(recoveries) as recoveries,
        sum(hours_to_recover) as hours_to_recover
    from turns
    group by 1, 2

),

months as (

    select
        freshness.month_date,
        freshness.connection_id,
        connections.connection_name,
        connections.connector_name,
        connections.team,
        freshness.minutes_measured,
        freshness.minutes_stale,
        freshness.minutes_measured
        - freshness.minutes_measured
        * {{ fivetran_logs.as_double('coalesce(connections.freshness_target, ' ~ var('fivetran_logs_freshness_target') ~ ')') }}
            as minutes_allowed,
        coalesce(turns_by_month.incidents, 0) as incidents,
        coalesce(turns_by_month.recoveries, 0) as recoveries,
        coalesce(turns_by_month.hours_to_recover, 0) as hours_to_recover
    from freshness
    inner join connections on freshness.connection_id = connections.connection_id
    left join turns_by_month
        on
            freshness.connection_id = turns_by_month.connection_id
            and freshness.month_date = turns_by_month.month_date

),

dimensions as (

    select months.*, 'account' as dimension, 'account' as dimension_id, 'account' as dimension_name from months
    union all
    select months.*, 'connector_type' as dimension, connector_name as dimension_id, connector_name as dimension_name from months
    union all
    select months.*, 'team' as dimension, team as dimension_id, team as dimension_name from months
    union all
    select months.*, 'connection' as dimension, connection_id as dimension_id, connection_name as dimension_name from months

),

totals as (

    select
        month_date,
        dimension,
        dimension_id,
        max(dimension_name) as dimension_name,
        count(*) as connections,
        sum(minutes_measured) as minutes_measured,
        sum(minutes_stale) as minutes_stale,
        sum(minutes_allowed) as minutes_allowed,
        sum(incidents) as incidents,
        sum(recoveries) as recoveries,
        sum(hours_to_recover) as hours_to_recover
    from dimensions
    group by 1, 2, 3

)

select
    month_date,
    dimension,
    dimension_id,
    dimension_name,
    {{ fivetran_logs.as_rows('connections') }} as connections,
    {{ fivetran_logs.as_double('1 - minutes_allowed / minutes_measured') }} as freshness_target,
    {{ fivetran_logs.as_double('minutes_measured - minutes_stale') }} as minutes_fresh,
    {{ fivetran_logs.as_double('minutes_stale') }} as minutes_stale,
    {{ fivetran_logs.as_double('1 - minutes_stale / minutes_measured') }} as achieved,
    {{ fivetran_logs.steady('minutes_stale') }} <= {{ fivetran_logs.steady('minutes_allowed') }} as is_met,
    {{ fivetran_logs.as_double('minutes_allowed') }} as error_budget_minutes,
    {{ fivetran_logs.as_double('minutes_allowed - minutes_stale') }} as error_budget_left_minutes,
    {{ fivetran_logs.as_rows('incidents') }} as incidents,
    {{ fivetran_logs.as_double('hours_to_recover / nullif(recoveries, 0)') }} as mean_hours_to_recover,
    {{ fivetran_logs.as_double('minutes_measured / 60.0 / nullif(incidents, 0)') }} as mean_hours_between_failures
from totals
