{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What the fill-up of a month is read from, as actuaries write it: of each month before, the rows at the same share of the month (age 1)
-- and at its end (age 2); of the month itself age 1 only. One origin more is the account: it counts as a small part of a month, so that
-- a connection with little history fills up like the others and one with much like itself.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}

with

usage_series as (

    select * from {{ ref('int_fivetran_log__usage_series') }}

),

targets as (

    select * from usage_series
    where months_ago <= {{ window_months }}

),

months_before as (

    select
        targets.series_key,
        targets.month_date as target_date,
        earlier_months.months_ago - targets.months_ago as origin,
        earlier_months.rows_at_day,
        earlier_months.rows_of_month
    from targets
    inner join usage_series as earlier_months
        on
            targets.series_key = earlier_months.series_key
            and earlier_months.months_ago > targets.months_ago
            and earlier_months.months_ago <= targets.months_ago + {{ window_months }}
    where earlier_months.is_whole

),

accounts as (

    select
        target_date,
        {{ fivetran_logs.as_double('sum(rows_at_day)') }} / nullif(sum(rows_of_month), 0) as developed_share
    from months_before
    group by target_date

),

levels as (

    select
        series_key,
        target_date,
        avg({{ fivetran_logs.as_double('rows_of_month') }}) as average_rows
    from months_before
    group by 1, 2

),

account_origins as (

    select
        targets.series_key,
        targets.month_date as target_date,
        accounts.developed_share,
        {{ var('fivetran_logs_forecast_account_weight') }} * coalesce(nullif(levels.average_rows, 0), targets.prior_rows) as level_rows
    from targets
    inner join accounts on targets.month_date = accounts.target_date
    left join levels
        on
            targets.series_key = levels.series_key
            and targets.month_date = levels.target_date

)

select
    series_key,
    target_date,
    origin,
    1 as age,
    {{ fivetran_logs.as_double('rows_at_day') }} as cumulative_rows
from months_before

union all

select
    series_key,
    target_date,
    origin,
    2 as age,
    {{ fivetran_logs.as_double('rows_of_month') }} as cumulative_rows
from months_before

union all

select
    series_key,
    month_date as target_date,
    0 as origin,
    1 as age,
    {{ fivetran_logs.as_double('rows_at_day') }} as cumulative_rows
from targets

union all

select
    series_key,
    target_date,
    -1 as origin,
    1 as age,
    level_rows * developed_share as cumulative_rows
from account_origins
where level_rows > 0 and developed_share is not null

union all

select
    series_key,
    target_date,
    -1 as origin,
    2 as age,
    level_rows as cumulative_rows
from account_origins
where level_rows > 0 and developed_share is not null
