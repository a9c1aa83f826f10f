{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The range of each projection of the open month: what earlier projections at this share of a month missed by, all connections together,
-- each measured by how much its own connection usually misses. Without enough of them, a normal spread around a default error.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}
{%- set in_window = 'order by projections.month_date rows between ' ~ window_months ~ ' preceding and 1 preceding' %}
{%- set tail = ((1 - var('fivetran_logs_forecast_interval')) / 2) | round(6) %}

with

projections as (

    select * from {{ ref('int_fivetran_log__usage_projections') }}

),

account_months as (

    select
        month_date,
        count(log_error) as cases,
        coalesce(sum(least(1, abs(coalesce(log_error, 0)))), 0) as errors
    from projections
    group by month_date

),

account_errors as (

    select
        projections.month_date,
        coalesce(sum(projections.cases) over ({{ in_window }}), 0) as cases,
        coalesce(sum(projections.errors) over ({{ in_window }}), 0) as errors
    from account_months as projections

),

-- the square root lets a connection that errs four times as much have a range twice as wide: of a few past errors no more is certain
scaled as (

    select
        projections.*,
        sqrt(
            (
                coalesce(sum(least(1, abs(coalesce(projections.log_error, 0)))) over (partition by projections.series_key {{ in_window }}), 0)
                + 6 * (account_errors.errors + 3 * 0.08) / (account_errors.cases + 3)
            ) / (count(projections.log_error) over (partition by projections.series_key {{ in_window }}) + 6)
        ) as error_scale
    from projections
    inner join account_errors on projections.month_date = account_errors.month_date

),

spreads as (

    select
        count(log_error) as cases,
        {{ fivetran_logs.percentile('log_error / error_scale', tail) }} as low_spread,
        {{ fivetran_logs.percentile('log_error / error_scale', (1 - tail) | round(6)) }} as high_spread
    from scaled
    where months_ago > 0

),

judged_months as (

    select count(distinct month_date) as months
    from scaled
    where log_error is not null

),

-- apart, because Redshift sorts by one expression in a select
account_typical as (

    select {{ fivetran_logs.percentile('abs(exp(-log_error) - 1)', 0.5) }} as typical_error
    from scaled
    where months_ago > 0

),

own_errors as (

    select
        series_key,
        count(log_error) as cases,
        {{ fivetran_logs.percentile('abs(exp(-log_error) - 1)', 0.5) }} as typical_error
    from scaled
    where months_ago > 0
    group by series_key

)

select
    scaled.series_key,
    scaled.destination_id,
    scaled.connection_id,
    scaled.unmatched_name,
    scaled.month_date,
    scaled.known_date,
    scaled.days_of_month,
    scaled.day_reached,
    {{ fivetran_logs.as_rows('scaled.months_of_history') }} as months_of_history,
    scaled.rows_of_month,
    scaled.last_month_rows,
    scaled.is_first_month,
    scaled.whole_month_factor,
    case when scaled.projected_rows < scaled.rows_of_month then scaled.rows_of_month else scaled.projected_rows end as projected_rows,
    {%- for bound, sign in [('low', '-'), ('high', '')] %}
    -- a projection with less than two months to learn from is not like those that were judged: its range is wider
    case when scaled.is_first_month then 4 when scaled.months_of_history < 2 then 2 else 1 end
    -- connections of one month err alike, so few months show less than many cases would
    * (1 + 0.5 / case when judged_months.months > 0 then judged_months.months else 1 end)
    * scaled.error_scale * case
        -- one that has erred to one side only has not shown that it cannot err to the other
        when spreads.cases >= {{ var('fivetran_logs_forecast_interval_cases') }}
            then {{ 'least' if bound == 'low' else 'greatest' }}(0, spreads.{{ bound }}_spread)
        else {{ sign }}1.6 * scaled.error_scale
    end as {{ bound }}_log,
    {%- endfor %}
    case
        when scaled.is_first_month then null
        when own_errors.cases >= 3 then own_errors.typical_error
        else account_typical.typical_error
    end as typical_error
from scaled
cross join spreads
cross join judged_months
cross join account_typical
left join own_errors on scaled.series_key = own_errors.series_key
where scaled.months_ago = 0
