-- Forecast rows with the names, owners and budgets of their connections.

with

usage_forecasts as (

    select * from {{ ref('int_fivetran_log__usage_forecasts') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

-- a connection's budget may name it by id or by name; the id is the closer one
budgets as (

    select
        usage_forecasts.forecast_key,
        budget_status.budget,
        row_number() over (
            partition by usage_forecasts.forecast_key
            order by case when lower(budget_status.scope) = lower(usage_forecasts.connection_id) then 0 else 1 end, budget_status.scope
        ) as best_first,
        budget_status.exhausted_on
    from usage_forecasts
    left join connections on usage_forecasts.connection_id = connections.connection_id
    inner join {{ ref('int_fivetran_log__budget_outlook') }} as budget_status
        on
            usage_forecasts.month_date = budget_status.month_date
            and lower(budget_status.scope) in (
                lower(usage_forecasts.connection_id), lower(coalesce(connections.connection_name, usage_forecasts.unmatched_name))
            )
    where budget_status.scope_type = 'connection' and budget_status.unit = 'rows'

)

select
    usage_forecasts.forecast_key,
    usage_forecasts.month_date,
    usage_forecasts.months_ahead,
    usage_forecasts.destination_id,
    destinations.name as destination_name,
    usage_forecasts.connection_id,
    coalesce(connections.connection_name, usage_forecasts.unmatched_name) as connection_name,
    connections.connector_name,
    usage_forecasts.known_date,
    usage_forecasts.paid_active_rows_to_date,
    usage_forecasts.projected_paid_active_rows,
    usage_forecasts.projected_low,
    usage_forecasts.projected_high,
    {{ fivetran_logs.as_money('usage_forecasts.paid_active_rows_to_date * usage_forecasts.usd_per_row_to_date') }} as cost_to_date_usd,
    {% for name, rows in {
        'projected_cost_usd': 'projected_paid_active_rows',
        'projected_cost_low_usd': 'projected_low',
        'projected_cost_high_usd': 'projected_high',
    }.items() -%}
    {{ fivetran_logs.as_money(fivetran_logs.forecast_cost(rows, 'usd_per_row_to_date', 'usd_per_row', 'usage_forecasts.')) }} as {{ name }},
    {% endfor -%}
    usage_forecasts.price_method,
    usage_forecasts.last_month_paid_active_rows,
    usage_forecasts.method,
    usage_forecasts.months_of_history,
    usage_forecasts.typical_error,
    {{ fivetran_logs.as_rows('budgets.budget') }} as budget,
    usage_forecasts.projected_paid_active_rows - {{ fivetran_logs.as_rows('budgets.budget') }} as budget_variance,
    budgets.exhausted_on as budget_exhausted_on,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment
from usage_forecasts
left join connections on usage_forecasts.connection_id = connections.connection_id
left join destinations on usage_forecasts.destination_id = destinations.id
left join budgets on usage_forecasts.forecast_key = budgets.forecast_key and budgets.best_first = 1
