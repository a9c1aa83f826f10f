{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Days up to as-of of which no usage has arrived yet, with the rows they may bring: the mean of the last 7 days that have arrived.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}

with

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}
    where measured_date <= {{ fivetran_logs.as_of_date() }}

),

newest_days as (

    select
        max(measured_date) as newest_date,
        {{ fivetran_logs.month_of('max(measured_date)') }} as newest_month_date
    from usage_days

),

last_week as (

    select
        newest_days.newest_date,
        newest_days.newest_month_date,
        usage_days.destination_id,
        sum(usage_days.paid_active_rows) as paid_active_rows,
        sum(usage_days.free_active_rows) as free_active_rows,
        count(distinct coalesce(usage_days.connection_id, usage_days.connection_name)) as connections
    from usage_days
    cross join newest_days
    where usage_days.measured_date > {{ fivetran_logs.date_add('day', -7, 'newest_days.newest_date') }}
    group by 1, 2, 3

),

-- the month of as-of, and the month of the newest usage where that is another one
months as (

    select
        *,
        {{ this_month }} as month_date,
        greatest({{ fivetran_logs.date_add('day', 1, 'newest_date') }}, {{ this_month }}) as first_date,
        {{ fivetran_logs.as_of_date() }} as last_date
    from last_week

    union all

    select
        *,
        newest_month_date as month_date,
        {{ fivetran_logs.date_add('day', 1, 'newest_date') }} as first_date,
        {{ fivetran_logs.date_add('day', -1, fivetran_logs.date_add('month', 1, 'newest_month_date')) }} as last_date
    from last_week
    where newest_month_date < {{ this_month }}

),

counted as (

    select
        *,
        {{ dbt.datediff('first_date', 'last_date', 'day') }} + 1 as days
    from months
    where first_date <= last_date

)

select
    month_date,
    destination_id,
    first_date,
    last_date,
    {{ fivetran_logs.as_rows('round(days * paid_active_rows / 7.0)') }} as paid_active_rows,
    {{ fivetran_logs.as_rows('round(days * free_active_rows / 7.0)') }} as free_active_rows,
    {{ fivetran_logs.as_rows('connections') }} as connections
from counted
