{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The range of each projection of the open month: what earlier projections at this share of a month missed by, all connections together,
-- each measured by how much its own connection usually misses. Each past month has the range that it would have had then; if those held
-- too seldom or too often, today's is wider or narrower. Without enough errors, a normal spread around a default.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}
{%- set in_window = 'order by projections.month_date rows between ' ~ window_months ~ ' preceding and 1 preceding' %}
{%- set interval = var('fivetran_logs_forecast_interval') %}
{%- set tail = ((1 - interval) / 2) | round(6) %}

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
        coalesce(sum(projections.errors) over ({{ in_window }}), 0) as errors,
        coalesce(sum(case when projections.cases > 0 then 1 else 0 end) over ({{ in_window }}), 0) as months
    from account_months as projections

),

-- the error to expect: a connection that errs twice as much as another has a range twice as wide
scaled as (

    select
        projections.*,
        account_errors.months as account_months,
        (
            coalesce(sum(least(1, abs(coalesce(projections.log_error, 0)))) over (partition by projections.series_key {{ in_window }}), 0)
            + 6 * (account_errors.errors + 3 * (0.12 * (1 - projections.share_of_month) + 0.01)) / (account_errors.cases + 3)
        ) / (count(projections.log_error) over (partition by projections.series_key {{ in_window }}) + 6) as error_scale
    from projections
    inner join account_errors on projections.month_date = account_errors.month_date

),

-- the open month and those before it, each with what was known then
month_spreads as (

    select
        months.months_ago,
        count(earlier.log_error) as cases,
        {{ fivetran_logs.percentile('earlier.log_error / earlier.error_scale', tail) }} as low_spread,
        {{ fivetran_logs.percentile('earlier.log_error / earlier.error_scale', (1 - tail) | round(6)) }} as high_spread
    from (select distinct months_ago from scaled) as months
    left join scaled as earlier
        on
            months.months_ago < earlier.months_ago
            and months.months_ago >= earlier.months_ago - {{ window_months }}
    group by months.months_ago

),

ranged as (

    select
        scaled.*,
        month_spreads.cases >= {{ var('fivetran_logs_forecast_interval_cases') }} as has_cases,
        {%- for bound, sign, wider in [('low', '-', 'least'), ('high', '', 'greatest')] %}
        -- connections of one month err alike, so few months show less than many cases would
        (1 + 0.5 / greatest(1, scaled.account_months))
        * scaled.error_scale * case
            -- one that has erred to one side only has not shown that it cannot err to the other
            when month_spreads.cases >= {{ var('fivetran_logs_forecast_interval_cases') }} then {{ wider }}(0, month_spreads.{{ bound }}_spread)
            else {{ sign }}1.6
        end as {{ bound }}_log{{ ',' if not loop.last }}
        {%- endfor %}
    from scaled
    inner join month_spreads on scaled.months_ago = month_spreads.months_ago

),

-- an error as a multiple of the range's half on its side: above 1 it lies outside; above 3 counts as 3
widths as (

    select
        month_date,
        case
            when abs(log_error) < 0.000001 then 0
            else coalesce(least(3, log_error / nullif(case when log_error < 0 then low_log else high_log end, 0)), 3)
        end as width
    from ranged
    where months_ago > 0 and has_cases and log_error is not null

),

judged_months as (

    select count(distinct month_date) as months
    from widths

),

-- the multiple at which past ranges would have held as often as they should
held_widths as (

    select {{ fivetran_logs.percentile('width', interval) }} as width
    from widths

),

open_month as (

    select
        ranged.*,
        -- a projection with less than two months to learn from is not like those that were judged: its range is wider
        case when ranged.is_first_month then 4 when ranged.months_of_history < 2 then 2 else 1 end as history_factor,
        case
            when ranged.has_cases then (judged_months.months * coalesce(held_widths.width, 1) + 3) / (judged_months.months + 3)
            else 1
        end as held_factor
    from ranged
    cross join judged_months
    cross join held_widths
    where ranged.months_ago = 0

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
    open_month.series_key,
    open_month.destination_id,
    open_month.connection_id,
    open_month.unmatched_name,
    open_month.month_date,
    open_month.known_date,
    open_month.days_of_month,
    open_month.day_reached,
    {{ fivetran_logs.as_rows('open_month.months_of_history') }} as months_of_history,
    open_month.rows_of_month,
    open_month.last_month_rows,
    open_month.is_first_month,
    open_month.whole_month_factor,
    case when open_month.projected_rows < open_month.rows_of_month then open_month.rows_of_month else open_month.projected_rows end as projected_rows,
    {%- for bound in ['low', 'high'] %}
    {{ fivetran_logs.steady('open_month.' ~ bound ~ '_log * open_month.history_factor * open_month.held_factor') }} as {{ bound }}_log,
    {%- endfor %}
    case
        when open_month.is_first_month then null
        when own_errors.cases >= 3 then own_errors.typical_error
        else account_typical.typical_error
    end as typical_error
from open_month
cross join account_typical
left join own_errors on open_month.series_key = own_errors.series_key
