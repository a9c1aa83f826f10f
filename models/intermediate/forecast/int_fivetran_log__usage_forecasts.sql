-- The open month and the next three, in rows and dollars. A connection that is paused, deleted or gone to another destination has seen
-- all its rows. What the open month's bill has allocated so far is what its rows so far cost; the open month may be the one before as-of's.
-- Rows to come cost what they add by the price list of their month, times the last factor of the destination; without a list of prices by
-- connection, what rows of the connection cost in the last month with a complete bill; else of its destination, else of the account.

with

usage_ranges as (

    select * from {{ ref('int_fivetran_log__usage_ranges') }}

),

allocated_costs as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}

),

-- every row of a series says what its rows last cost
rates as (

    select
        {{ fivetran_logs.hash_of(['destination_id', 'connection_id', 'unmatched_name']) }} as series_key,
        max(connection_usd_per_row) as connection_usd_per_row,
        max(destination_usd_per_row) as destination_usd_per_row,
        max(account_usd_per_row) as account_usd_per_row,
        max(last_calibration_factor) as calibration_factor,
        -- of an activation its own, where the list has one
        min(meter) as meter
    from allocated_costs
    group by 1

),

costs_to_date as (

    select
        {{ fivetran_logs.hash_of(['destination_id', 'connection_id', 'unmatched_name']) }} as series_key,
        month_date,
        {{ fivetran_logs.as_double('sum(allocated_cost_usd)') }} as cost_usd
    from allocated_costs
    where paid_active_rows > 0
    group by 1, 2

),

open_month as (

    select
        usage_ranges.*,
        coalesce(connections.is_paused, false) or coalesce(connections.is_deleted, false)
        or coalesce(connections.destination_id <> usage_ranges.destination_id, false) as is_stopped,
        coalesce(rates.connection_usd_per_row, rates.destination_usd_per_row, rates.account_usd_per_row) as usd_per_row,
        rates.calibration_factor,
        coalesce(rates.meter, 'connection_mar') as meter,
        costs_to_date.cost_usd / nullif(usage_ranges.rows_of_month, 0) as usd_per_row_to_date,
        case
            when rates.connection_usd_per_row is not null then 'connection_rate'
            when rates.destination_usd_per_row is not null then 'destination_rate'
            when rates.account_usd_per_row is not null then 'account_rate'
        end as price_method
    from usage_ranges
    left join {{ ref('int_fivetran_log__connections') }} as connections on usage_ranges.connection_id = connections.connection_id
    left join costs_to_date
        on usage_ranges.series_key = costs_to_date.series_key and usage_ranges.month_date = costs_to_date.month_date
    left join rates on usage_ranges.series_key = rates.series_key

),

steps as (

    {% for step in range(4) -%}
    select {{ step }} as step
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

months as (

    select
        open_month.*,
        steps.step as months_ahead,
        case
            when open_month.is_stopped and steps.step = 0 then open_month.rows_of_month
            when open_month.is_stopped then 0
            when steps.step = 0 then open_month.projected_rows
            else open_month.projected_rows * open_month.whole_month_factor * usage_growth.growth_factor
        end as projected,
        {%- for bound, sign in [('low', '-'), ('high', '')] %}
        case
            when steps.step > 0 then {{ sign }}sqrt(power(open_month.{{ bound }}_log, 2) + power(usage_growth.{{ bound }}_log, 2))
            when open_month.is_stopped then 0
            else open_month.{{ bound }}_log
        end as {{ bound }}_log_of_month,
        {%- endfor %}
        case when steps.step = 0 then open_month.typical_error else usage_growth.typical_error end as typical_error_of_month,
        case
            when open_month.is_stopped then 'stopped'
            when steps.step > 0 then 'trend'
            when open_month.is_first_month then 'first_month'
            else 'weighted'
        end as method
    from open_month
    cross join steps
    left join {{ ref('int_fivetran_log__usage_growth') }} as usage_growth
        on
            open_month.series_key = usage_growth.series_key
            and steps.step = usage_growth.step
    where steps.step = 0 or usage_growth.step is not null

),

counted as (

    select
        *,
        {{ fivetran_logs.date_add('month', 'months_ahead', 'month_date') }} as forecast_month_date,
        case when months_ahead = 0 then rows_of_month else 0 end as rows_to_date,
        {{ fivetran_logs.as_rows('round(projected)') }} as projected_whole,
        -- the whole rows within the range: rounded outwards it would hold too often where a month has few rows
        {{ fivetran_logs.as_rows('ceil(projected * exp(low_log_of_month))') }} as low_whole,
        {{ fivetran_logs.as_rows('floor(projected * exp(high_log_of_month))') }} as high_whole
    from months

),

priced as (

    select
        counted.*,
        {{ fivetran_logs.usd_per_row_by_curve('counted.projected_whole', 'counted.rows_to_date', 'tiers_ahead', 'tiers_to_date') }} as usd_per_row_by_curve,
        {{ fivetran_logs.usd_per_row_by_curve('counted.rows_to_date', '0', 'tiers_to_date', 'tiers_to_date') }} as usd_per_row_to_date_by_curve
    from counted
    left join {{ ref('int_fivetran_log__price_tiers') }} as tiers_to_date
        on counted.meter = tiers_to_date.meter and {{ fivetran_logs.is_in_tier('counted.rows_to_date', 'counted.forecast_month_date', 'tiers_to_date') }}
    left join {{ ref('int_fivetran_log__price_tiers') }} as tiers_ahead
        on counted.meter = tiers_ahead.meter and {{ fivetran_logs.is_in_tier('counted.projected_whole', 'counted.forecast_month_date', 'tiers_ahead') }}

)

select
    {{ dbt.hash("series_key || '|' || cast(forecast_month_date as " ~ dbt.type_string() ~ ")") }} as forecast_key,
    series_key,
    forecast_month_date as month_date,
    {{ fivetran_logs.as_rows('months_ahead') }} as months_ahead,
    destination_id,
    connection_id,
    unmatched_name,
    known_date,
    rows_to_date as paid_active_rows_to_date,
    greatest(projected_whole, rows_to_date) as projected_paid_active_rows,
    greatest(least(low_whole, projected_whole), rows_to_date) as projected_low,
    greatest(high_whole, projected_whole, rows_to_date) as projected_high,
    coalesce(usd_per_row_by_curve, usd_per_row) as usd_per_row,
    coalesce(usd_per_row_to_date, usd_per_row_to_date_by_curve, usd_per_row_by_curve, usd_per_row) as usd_per_row_to_date,
    case when usd_per_row_by_curve is not null then 'price_curve' else price_method end as price_method,
    last_month_rows as last_month_paid_active_rows,
    method,
    months_of_history,
    typical_error_of_month as typical_error
from priced
