{{ config(materialized=fivetran_logs.step_materialization()) }}

-- How long the data of each connection was fresh and stale on each report day. Data is stale once a wait for the next success is longer
-- than the expected gap. A wait has the gap of the day on which it began: at that day's end it was the wait that was judged.

with

health as (

    select * from {{ ref('int_fivetran_log__connection_health') }}

),

-- on a day on which it was paused or resumed nobody waited all day: it counts from the next day on
days as (

    select
        *,
        case
            when is_latest or judged_at < as_of_at then judged_at
            else cast({{ fivetran_logs.date_add('day', 1, 'report_date') }} as {{ fivetran_logs.type_utc_timestamp() }})
        end as day_ended_at,
        coalesce(lag(is_paused) over (partition by connection_id order by report_date), false) as was_paused
    from health

),

measured_days as (

    select
        connection_id,
        report_date,
        greatest(cast(report_date as {{ fivetran_logs.type_utc_timestamp() }}), coalesce(set_up_at, first_sync_at)) as day_began_at,
        day_ended_at
    from days
    where
        is_scored
        and not was_paused
        and day_ended_at > greatest(cast(report_date as {{ fivetran_logs.type_utc_timestamp() }}), coalesce(set_up_at, first_sync_at))

),

-- the first wait begins with the set-up
marks as (

    select
        connection_id,
        sync_at as began_at
    from {{ ref('int_fivetran_log__syncs') }}
    where is_successful = 1

    union all

    select
        connection_id,
        least(coalesce(set_up_at, first_sync_at), first_sync_at) as began_at
    from health
    where is_latest and first_sync_at is not null

),

waits as (

    select
        connection_id,
        began_at,
        lead(began_at) over (partition by connection_id order by began_at) as ended_at
    from marks

),

first_days as (

    select
        connection_id,
        min(report_date) as first_report_date
    from health
    group by connection_id

),

judged_waits as (

    select
        waits.connection_id,
        waits.began_at,
        waits.ended_at,
        greatest(cast(waits.began_at as date), first_days.first_report_date) as judged_date
    from waits
    inner join first_days on waits.connection_id = first_days.connection_id
    where waits.ended_at is null or cast(waits.ended_at as date) >= first_days.first_report_date

),

late_waits as (

    select
        judged_waits.connection_id,
        judged_waits.ended_at,
        {{ fivetran_logs.time_add('second', 'cast(round(60 * health.expected_gap_minutes) as ' ~ dbt.type_int() ~ ')', 'judged_waits.began_at') }}
            as stale_from
    from judged_waits
    inner join health
        on
            judged_waits.connection_id = health.connection_id
            and judged_waits.judged_date = health.report_date
    where
        judged_waits.ended_at is null
        or {{ fivetran_logs.seconds_between('judged_waits.began_at', 'judged_waits.ended_at') }} > 60 * health.expected_gap_minutes

),

stale as (

    select
        measured_days.connection_id,
        measured_days.report_date,
        sum({{ fivetran_logs.seconds_between(
            'greatest(late_waits.stale_from, measured_days.day_began_at)',
            'least(coalesce(late_waits.ended_at, measured_days.day_ended_at), measured_days.day_ended_at)'
        ) }}) / 60.0 as minutes_stale
    from measured_days
    inner join late_waits
        on
            measured_days.connection_id = late_waits.connection_id
            and late_waits.stale_from < measured_days.day_ended_at
            and coalesce(late_waits.ended_at, measured_days.day_ended_at) > measured_days.day_began_at
    group by 1, 2

)

select
    measured_days.connection_id,
    measured_days.report_date,
    {{ fivetran_logs.month_of('measured_days.report_date') }} as month_date,
    {{ fivetran_logs.seconds_between('measured_days.day_began_at', 'measured_days.day_ended_at') }} / 60.0 as minutes_measured,
    coalesce(stale.minutes_stale, 0) as minutes_stale
from measured_days
left join stale on measured_days.connection_id = stale.connection_id and measured_days.report_date = stale.report_date
