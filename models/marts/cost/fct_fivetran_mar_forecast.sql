-- Forecast rows with the names, owners and budgets of their connections, and charges without paid rows, so that dollars add up too.

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

),

forecasts as (

    select
        forecast_key,
        month_date,
        months_ahead,
        destination_id,
        connection_id,
        unmatched_name,
        known_date,
        paid_active_rows_to_date,
        projected_paid_active_rows,
        projected_low,
        projected_high,
        paid_active_rows_to_date * usd_per_row_to_date as cost_to_date_usd,
        {% for name, rows in {
            'projected_cost_usd': 'projected_paid_active_rows',
            'projected_cost_low_usd': 'projected_low',
            'projected_cost_high_usd': 'projected_high',
        }.items() -%}
        {{ fivetran_logs.forecast_cost(rows, 'usd_per_row_to_date', 'usd_per_row') }} as {{ name }},
        {% endfor -%}
        price_method,
        last_month_paid_active_rows,
        method,
        months_of_history,
        typical_error,
        'paid_rows' as charge_kind
    from usage_forecasts

    union all

    select
        forecast_key,
        month_date,
        months_ahead,
        destination_id,
        connection_id,
        unmatched_name,
        cast(null as date) as known_date,
        {%- for name in ['paid_active_rows_to_date', 'projected_paid_active_rows', 'projected_low', 'projected_high'] %}
        0 as {{ name }},
        {%- endfor %}
        cost_to_date_usd,
        {%- for name in ['projected_cost_usd', 'projected_cost_low_usd', 'projected_cost_high_usd'] %}
        cost_to_date_usd + cost_to_come_usd as {{ name }},
        {%- endfor %}
        case when charge_kind = 'transformation' and cost_to_come_usd is not null then 'price_curve' end as price_method,
        cast(null as {{ dbt.type_bigint() }}) as last_month_paid_active_rows,
        case when charge_kind = 'transformation' then 'model_runs' else 'to_date' end as method,
        cast(null as {{ dbt.type_bigint() }}) as months_of_history,
        cast(null as {{ fivetran_logs.type_double() }}) as typical_error,
        charge_kind
    from {{ ref('int_fivetran_log__charge_forecasts') }}

)

select
    forecasts.forecast_key,
    forecasts.month_date,
    forecasts.months_ahead,
    forecasts.destination_id,
    destinations.name as destination_name,
    forecasts.connection_id,
    coalesce(connections.connection_name, forecasts.unmatched_name) as connection_name,
    connections.connector_name,
    forecasts.known_date,
    forecasts.paid_active_rows_to_date,
    forecasts.projected_paid_active_rows,
    forecasts.projected_low,
    forecasts.projected_high,
    {{ fivetran_logs.as_money('forecasts.cost_to_date_usd') }} as cost_to_date_usd,
    {{ fivetran_logs.as_money('forecasts.projected_cost_usd') }} as projected_cost_usd,
    {{ fivetran_logs.as_money('forecasts.projected_cost_low_usd') }} as projected_cost_low_usd,
    {{ fivetran_logs.as_money('forecasts.projected_cost_high_usd') }} as projected_cost_high_usd,
    forecasts.price_method,
    forecasts.last_month_paid_active_rows,
    forecasts.method,
    forecasts.months_of_history,
    forecasts.typical_error,
    {{ fivetran_logs.as_rows('budgets.budget') }} as budget,
    forecasts.projected_paid_active_rows - {{ fivetran_logs.as_rows('budgets.budget') }} as budget_variance,
    budgets.exhausted_on as budget_exhausted_on,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    forecasts.charge_kind
from forecasts
left join connections on forecasts.connection_id = connections.connection_id
left join destinations on forecasts.destination_id = destinations.id
left join budgets on forecasts.forecast_key = budgets.forecast_key and budgets.best_first = 1
