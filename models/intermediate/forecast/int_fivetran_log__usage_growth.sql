{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The months ahead go on growing as the last months have, each month less so, and the less the shorter the history. How far a month so
-- many steps ahead missed is what its range is made from.

{%- set growth_months = var('fivetran_logs_forecast_growth_months') | int %}
{%- set damping = var('fivetran_logs_forecast_damping') %}
{%- set tail = ((1 - var('fivetran_logs_forecast_interval')) / 2) | round(6) %}

with

usage_series as (

    select * from {{ ref('int_fivetran_log__usage_series') }}
    where is_whole

),

steps as (

    {% for step in [1, 2, 3] -%}
    {%- set ns = namespace(sum=0) -%}
    {%- for month in range(step) %}{% set ns.sum = ns.sum + damping ** (month + 1) %}{% endfor -%}
    select {{ step }} as step, {{ ns.sum | round(6) }} as growths
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

changes as (

    select
        *,
        lag(rows_of_month) over (partition by series_key order by month_date) as rows_before
    from usage_series

),

growth_rates as (

    select
        *,
        case
            when months_ago > 0 and rows_before > 0 and rows_of_month > 0
                then ln({{ fivetran_logs.as_double('rows_of_month') }} / rows_before)
        end as log_growth
    from changes

),

-- at most a fifth a month: what doubles in one month does not go on doubling
damped as (

    select
        *,
        least(0.2, greatest(-0.2, coalesce(
            avg(log_growth) over (partition by series_key order by month_date rows between {{ growth_months - 1 }} preceding and current row), 0
        )))
        * count(log_growth) over (partition by series_key order by month_date rows between {{ growth_months - 1 }} preceding and current row)
        / (
            count(log_growth) over (partition by series_key order by month_date rows between {{ growth_months - 1 }} preceding and current row)
            + {{ growth_months }}
        ) as log_growth_ahead
    from growth_rates

),

-- what each earlier month would have said of those after it
outcomes as (

    select
        damped.series_key,
        steps.step,
        case
            when later.rows_of_month > 0 and damped.rows_of_month > 0
                then ln({{ fivetran_logs.as_double('later.rows_of_month') }} / damped.rows_of_month) - steps.growths * damped.log_growth_ahead
        end as log_error
    from damped
    cross join steps
    inner join usage_series as later
        on
            damped.series_key = later.series_key
            and damped.months_ago - steps.step = later.months_ago
    where later.months_ago between 1 and {{ var('fivetran_logs_forecast_months') }}

),

spreads as (

    select
        step,
        count(log_error) as cases,
        {{ fivetran_logs.percentile('log_error', tail) }} as low_log,
        {{ fivetran_logs.percentile('log_error', (1 - tail) | round(6)) }} as high_log
    from outcomes
    group by step

),

-- apart, because Redshift sorts by one expression in a select
typical_errors as (

    select
        step,
        {{ fivetran_logs.percentile('abs(exp(-log_error) - 1)', 0.5) }} as typical_error
    from outcomes
    group by step

),

newest as (

    select
        *,
        row_number() over (partition by series_key order by months_ago) as newest_first
    from damped
    where months_ago > 0

)

select
    series.series_key,
    steps.step,
    exp(steps.growths * coalesce(newest.log_growth_ahead, 0)) as growth_factor,
    case
        when spreads.cases >= {{ var('fivetran_logs_forecast_interval_cases') }} then least(0, spreads.low_log)
        else -0.2 * sqrt(steps.step)
    end as low_log,
    case
        when spreads.cases >= {{ var('fivetran_logs_forecast_interval_cases') }} then greatest(0, spreads.high_log)
        else 0.2 * sqrt(steps.step)
    end as high_log,
    typical_errors.typical_error
from (select distinct series_key from {{ ref('int_fivetran_log__usage_series') }}) as series
cross join steps
left join newest on series.series_key = newest.series_key and newest.newest_first = 1
left join spreads on steps.step = spreads.step
left join typical_errors on steps.step = typical_errors.step
