{{ config(materialized=fivetran_logs.long_step_materialization()) }}

-- Three ways to see where a month ends, of which none is the best on every day. As last month. By how a month usually fills up: the rows
-- so far and, of where the month seems to go, the share that comes after this day (Benktander). By the pace of the last seven days. None
-- is below what has been seen.

{%- set window_months = var('fivetran_logs_forecast_months') | int %}

with

usage_series as (

    select * from {{ ref('int_fivetran_log__usage_series') }}

),

chain_ladder as (

    select * from {{ ref('int_fivetran_log__chain_ladder') }}
    where origin = 0

),

histories as (

    select
        *,
        {% for name, expression in {
            'months_of_history': '1',
            'past_rows_of_week': 'rows_of_week',
            'past_rows_to_come': 'rows_of_month - rows_at_day',
        }.items() -%}
        {{ fivetran_logs.as_double('sum(case when is_whole then ' ~ expression ~ ' else 0 end) over (
            partition by series_key order by month_date rows between ' ~ window_months ~ ' preceding and 1 preceding
        )') }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from usage_series

),

shares as (

    select
        histories.*,
        case when chain_ladder.developed_share > 1 then 1 else chain_ladder.developed_share end as developed_share
    from histories
    inner join chain_ladder
        on
            histories.series_key = chain_ladder.series_key
            and histories.month_date = chain_ladder.target_date

),

-- where the month seems to go: by the rows so far and, of last month's, the share that comes after this day (Bornhuetter-Ferguson). Taking
-- that share of this once more weighs the chain ladder by the share that has come, Bornhuetter-Ferguson by the rest.
filled_up as (

    select
        *,
        coalesce(
            rows_at_day + (1 - developed_share) * (rows_at_day + (1 - developed_share) * prior_rows),
            prior_rows
        ) as filled_up_rows
    from shares

)

select
    series_key,
    destination_id,
    connection_id,
    unmatched_name,
    month_date,
    months_ago,
    known_date,
    first_date,
    days_of_month,
    day_reached,
    share_of_month,
    coalesce(months_of_history, 0) as months_of_history,
    rows_of_month,
    rows_at_day,
    last_month_rows,
    case when prior_rows < rows_at_day then rows_at_day else prior_rows end as last_month_estimate,
    case when filled_up_rows < rows_at_day then rows_at_day else filled_up_rows end as fill_up_estimate,
    case
        when prior_rows is null then null
        when past_rows_of_week > 0 and rows_of_week > 0 then rows_at_day + past_rows_to_come * rows_of_week / past_rows_of_week
        when filled_up_rows < rows_at_day then rows_at_day
        else filled_up_rows
    end as pace_estimate
from filled_up
