-- How far each month had come at the same share of its days as the open month has now, and where it ended. The open month is the one
-- whose days are not all known; a day is known once it is over, and once usage has come for it or for a later day.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}
{%- set day_of_month = 'extract(day from usage_days.measured_date)' %}

with

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}
    where measured_date <= {{ fivetran_logs.as_of_date() }}

),

known_until as (

    select max(known_until_at) as known_until_at from {{ ref('int_fivetran_log__known_until') }}

),

known_dates as (

    select
        least(
            usage_end.measured_date,
            {{ fivetran_logs.date_add('day', -1, 'cast(coalesce(known_until.known_until_at, ' ~ fivetran_logs.as_of() ~ ') as date)') }}
        ) as known_date
    from (select max(measured_date) as measured_date from usage_days) as usage_end
    cross join known_until

),

open_months as (

    select
        known_date,
        {{ fivetran_logs.month_of(fivetran_logs.date_add('day', 1, 'known_date')) }} as open_month_date
    from known_dates
    where known_date is not null

),

open_days as (

    select
        *,
        case when known_date >= open_month_date then extract(day from known_date) else 0 end as known_days,
        {{ dbt.datediff('open_month_date', fivetran_logs.date_add('month', 1, 'open_month_date'), 'day') }} as days_of_open_month
    from open_months

),

numbers as (

    {{ dbt.generate_series(2 * window_months + 1) | indent(4) }}

),

months as (

    select
        open_days.known_date,
        open_days.known_days,
        open_days.days_of_open_month,
        numbers.generated_number - 1 as months_ago,
        {{ fivetran_logs.date_add('month', '1 - cast(numbers.generated_number as ' ~ dbt.type_int() ~ ')', 'open_days.open_month_date') }} as month_date
    from open_days
    cross join numbers

),

-- a day of the open month stands at the same share of a longer or shorter month, which may lie within a day
month_days as (

    select
        *,
        {{ dbt.datediff('month_date', fivetran_logs.date_add('month', 1, 'month_date'), 'day') }} as days_of_month
    from months

),

reached as (

    select
        *,
        {{ fivetran_logs.as_double('known_days') }} * days_of_month / days_of_open_month as day_reached,
        {{ fivetran_logs.as_double('case when known_days > 7 then known_days - 7 else 0 end') }} * days_of_month / days_of_open_month as day_a_week_before
    from month_days

),

-- a connection is its id; usage that matches none is told apart by the name it came with
series as (

    select
        destination_id,
        connection_id,
        case when connection_id is null then connection_name end as unmatched_name,
        min(measured_date) as first_date
    from usage_days
    where paid_active_rows <> 0
    group by 1, 2, 3

),

keyed_series as (

    select
        *,
        {{ fivetran_logs.hash_of(['destination_id', 'connection_id', 'unmatched_name']) }} as series_key
    from series

),

rows_by_day as (

    select
        {{ fivetran_logs.hash_of([
            'destination_id', 'connection_id', 'case when connection_id is null then connection_name end'
        ]) }} as series_key,
        month_date,
        measured_date,
        sum(paid_active_rows) as paid_active_rows
    from usage_days
    group by 1, 2, 3

),

filled as (

    select
        usage_days.series_key,
        reached.month_date,
        sum(usage_days.paid_active_rows) as rows_of_month,
        -- of a day that is reached in part, that part of its rows
        {%- for rows, day in {'rows_at_day': 'day_reached', 'rows_a_week_before': 'day_a_week_before'}.items() %}
        sum(usage_days.paid_active_rows * greatest(0, least(1, reached.{{ day }} - {{ day_of_month }} + 1))) as {{ rows }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rows_by_day as usage_days
    inner join reached on usage_days.month_date = reached.month_date
    group by 1, 2

),

grid as (

    select
        keyed_series.series_key,
        keyed_series.destination_id,
        keyed_series.connection_id,
        keyed_series.unmatched_name,
        keyed_series.first_date,
        reached.*,
        -- a month that a series began within says nothing of how its months fill up
        keyed_series.first_date <= {{ fivetran_logs.date_add('day', 2, 'reached.month_date') }} as is_whole,
        coalesce(filled.rows_of_month, 0) as rows_of_month,
        coalesce(filled.rows_at_day, 0) as rows_at_day,
        coalesce(filled.rows_a_week_before, 0) as rows_a_week_before
    from keyed_series
    inner join reached on keyed_series.first_date < {{ fivetran_logs.date_add('month', 1, 'reached.month_date') }}
    left join filled
        on
            keyed_series.series_key = filled.series_key
            and reached.month_date = filled.month_date

),

-- what the first month would have been had it been whole
levels as (

    select
        *,
        case
            when is_whole then rows_of_month
            else 1.0 * rows_of_month * days_of_month / (days_of_month + 1 - extract(day from first_date))
        end as level_of_month
    from grid

)

select
    series_key,
    destination_id,
    connection_id,
    unmatched_name,
    month_date,
    {{ fivetran_logs.as_rows('months_ago') }} as months_ago,
    known_date,
    first_date,
    {{ fivetran_logs.as_rows('days_of_month') }} as days_of_month,
    {{ fivetran_logs.as_double('day_reached') }} as day_reached,
    {{ fivetran_logs.as_double('known_days') }} / days_of_open_month as share_of_month,
    is_whole,
    {{ fivetran_logs.as_rows('rows_of_month') }} as rows_of_month,
    {{ fivetran_logs.as_double('rows_at_day') }} as rows_at_day,
    {{ fivetran_logs.as_double('rows_at_day - rows_a_week_before') }} as rows_of_week,
    {{ fivetran_logs.as_rows('lag(rows_of_month) over (partition by series_key order by month_date)') }} as last_month_rows,
    -- the level to expect before anything is seen: last month's, else that of the last three
    cast(
        coalesce(
            nullif(lag(level_of_month) over (partition by series_key order by month_date), 0),
            nullif(
                avg(level_of_month) over (partition by series_key order by month_date rows between 3 preceding and 1 preceding), 0
            )
        ) as {{ fivetran_logs.type_double() }}
    ) as prior_rows
from levels
