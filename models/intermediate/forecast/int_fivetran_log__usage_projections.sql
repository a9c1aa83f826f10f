{{ config(materialized=fivetran_logs.step_materialization()) }}

-- One projection from three estimates. Each weighs by how little it has erred at this share of earlier months, the connection's own
-- errors first and the account's beside them; a past month is projected with what was known before it, and so shows how the method errs.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}
{%- set own_weight = var('fivetran_logs_forecast_error_weight') %}
{%- set in_window = 'order by month_date rows between ' ~ window_months ~ ' preceding and 1 preceding' %}
{#- the error of each estimate that an account without any history expects, by share of the month -#}
{%- set default_errors = {
    'last_month': '0.12',
    'fill_up': '0.12 * (1 - share_of_month) + 0.01',
    'pace': '0.2 * (1 - share_of_month) / sqrt(case when share_of_month < 0.03 then 0.03 else share_of_month end) + 0.01',
} %}

with

usage_estimates as (

    select * from {{ ref('int_fivetran_log__usage_estimates') }}

),

-- only what is over and had a past to be projected from can have erred; an error counts up to a factor of e
judged as (

    select
        *,
        months_ago > 0 and months_of_history >= 2 and last_month_estimate > 0 and rows_of_month > 0 as is_judged
    from usage_estimates

),

errors as (

    select
        *,
        {%- for estimate in default_errors %}
        case
            when is_judged and fill_up_estimate > 0 and pace_estimate > 0
                then least(1, abs(ln({{ estimate }}_estimate / rows_of_month)))
        end as {{ estimate }}_error{{ ',' if not loop.last }}
        {%- endfor %}
    from judged

),

account_months as (

    select
        month_date,
        count(pace_error) as cases,
        {%- for estimate in default_errors %}
        coalesce(sum({{ estimate }}_error), 0) as {{ estimate }}_error{{ ',' if not loop.last }}
        {%- endfor %}
    from errors
    group by month_date

),

account_errors as (

    select
        month_date,
        coalesce(sum(cases) over ({{ in_window }}), 0) as cases,
        {%- for estimate in default_errors %}
        coalesce(sum({{ estimate }}_error) over ({{ in_window }}), 0) as {{ estimate }}_error{{ ',' if not loop.last }}
        {%- endfor %}
    from account_months

),

weights as (

    select
        errors.*,
        {%- for estimate, default_error in default_errors.items() %}
        power(
            (
                coalesce(sum(errors.{{ estimate }}_error) over (partition by errors.series_key {{ in_window | replace('month_date', 'errors.month_date') }}), 0)
                + {{ own_weight }} * (account_errors.{{ estimate }}_error + 3 * ({{ default_error }})) / (account_errors.cases + 3)
            ) / (
                count(errors.{{ estimate }}_error) over (partition by errors.series_key {{ in_window | replace('month_date', 'errors.month_date') }})
                + {{ own_weight }}
            )
            + 0.001,
            -1 * {{ var('fivetran_logs_forecast_error_power') }}
        ) as {{ estimate }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from errors
    inner join account_errors on errors.month_date = account_errors.month_date

),

projected as (

    select
        *,
        (
            {%- for estimate in default_errors %}
            {{ estimate }}_weight * {{ estimate }}_estimate{{ ' +' if not loop.last }}
            {%- endfor %}
        ) / (
            {%- for estimate in default_errors %}
            {{ estimate }}_weight{{ ' +' if not loop.last }}
            {%- endfor %}
        ) as weighted_rows
    from weights

)

select
    series_key,
    destination_id,
    connection_id,
    unmatched_name,
    month_date,
    months_ago,
    known_date,
    days_of_month,
    day_reached,
    share_of_month,
    months_of_history,
    rows_of_month,
    rows_at_day,
    last_month_rows,
    is_judged,
    -- the first month of a connection goes on as it began
    coalesce(
        weighted_rows,
        rows_at_day + {{ fivetran_logs.as_double('rows_at_day') }} * (days_of_month - day_reached)
        / nullif(case when first_date > month_date then day_reached + 1 - extract(day from first_date) else day_reached end, 0),
        rows_at_day
    ) as projected_rows,
    case
        when weighted_rows is null and first_date > month_date
            then {{ fivetran_logs.as_double('days_of_month / (days_of_month + 1.0 - extract(day from first_date))') }}
        else 1
    end as whole_month_factor,
    weighted_rows is null as is_first_month,
    case when is_judged and weighted_rows > 0 then ln(rows_of_month / weighted_rows) end as log_error
from projected
