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
        targets.rows_at_day as target_rows_at_day,
        targets.prior_rows,
        earlier_months.months_ago - targets.months_ago as origin,
        {{ fivetran_logs.as_double('earlier_months.rows_at_day') }} as rows_at_day,
        {{ fivetran_logs.as_double('earlier_months.rows_of_month') }} as rows_of_month
    from targets
    left join usage_series as earlier_months
        on
            targets.series_key = earlier_months.series_key
            and earlier_months.months_ago > targets.months_ago
            and earlier_months.months_ago <= targets.months_ago + {{ window_months }}
            and earlier_months.is_whole

),

levels as (

    select
        *,
        sum(rows_at_day) over (partition by target_date) / nullif(sum(rows_of_month) over (partition by target_date), 0) as developed_share,
        {{ var('fivetran_logs_forecast_account_weight') }}
        * coalesce(nullif(avg(rows_of_month) over (partition by series_key, target_date), 0), prior_rows) as level_rows,
        row_number() over (partition by series_key, target_date order by origin) as place
    from months_before

),

-- each origin's ages as rows, in one pass
ages as (

    {% for kind, age in [('month before', 1), ('month before', 2), ('target', 1), ('account', 1), ('account', 2)] -%}
    select '{{ kind }}' as kind, {{ age }} as age
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    levels.series_key,
    levels.target_date,
    case ages.kind when 'month before' then levels.origin when 'target' then 0 else -1 end as origin,
    ages.age,
    case
        when ages.kind = 'target' then {{ fivetran_logs.as_double('levels.target_rows_at_day') }}
        when ages.kind = 'account' then levels.level_rows * case when ages.age = 1 then levels.developed_share else 1 end
        when ages.age = 1 then levels.rows_at_day
        else levels.rows_of_month
    end as cumulative_rows
from levels
cross join ages
where
    (ages.kind = 'month before' and levels.origin is not null)
    or (ages.kind = 'target' and levels.place = 1)
    or (ages.kind = 'account' and levels.place = 1 and levels.level_rows > 0 and levels.developed_share is not null)
