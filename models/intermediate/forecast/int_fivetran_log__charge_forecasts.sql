{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What charges without paid rows come to. Model runs of transformations go on as last month and, more and more, as this month's days
-- show; those to come cost what they add by the price list of their month, times the last factor of the destination. What else has been
-- charged so far, such as an adjustment, is all there is of it. A bill that comes before the month's paid rows is for rows that are
-- projected already: none of it is counted twice.

with

charges as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}
    where paid_active_rows = 0

),

price_tiers as (

    select * from {{ ref('int_fivetran_log__price_tiers') }}
    where meter = 'model_runs'

),

known_until as (

    select cast(coalesce(max(known_until_at), {{ fivetran_logs.as_of() }}) as date) as known_until_date
    from {{ ref('int_fivetran_log__known_until') }}

),

rows_to_come as (

    select
        month_date,
        destination_id,
        max(paid_active_rows_to_date) as paid_active_rows_to_date,
        sum({{ fivetran_logs.forecast_cost('projected_paid_active_rows', 'usd_per_row_to_date', 'usd_per_row') }}) as cost_usd
    from {{ ref('int_fivetran_log__usage_forecasts') }}
    group by month_date, destination_id

),

-- the open month is that of rows; of its days those are over before the day that the log has reached
open_months as (

    select coalesce(max(month_date), {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}) as open_month_date
    from {{ ref('int_fivetran_log__usage_forecasts') }}
    where months_ahead = 0

),

open_days as (

    select
        open_months.open_month_date,
        least(1, greatest(0, {{ fivetran_logs.as_double(dbt.datediff('open_months.open_month_date', 'known_until.known_until_date', 'day')) }}
        / {{ dbt.datediff('open_months.open_month_date', fivetran_logs.date_add('month', 1, 'open_months.open_month_date'), 'day') }})) as share_of_month
    from open_months
    cross join known_until

),

model_runs as (

    select
        charges.destination_id,
        open_days.open_month_date,
        open_days.share_of_month,
        max(charges.scope) as scope,
        max(charges.last_calibration_factor) as calibration_factor,
        sum(case when charges.month_date = open_days.open_month_date then charges.units else 0 end) as units_to_date,
        sum(case when charges.month_date < open_days.open_month_date then charges.units else 0 end) as units_last_month,
        sum(case when charges.month_date = open_days.open_month_date then charges.allocated_cost_usd else 0 end) as cost_to_date_usd
    from charges
    cross join open_days
    where
        charges.charge_kind = 'transformation'
        and charges.month_date between {{ fivetran_logs.date_add('month', -1, 'open_days.open_month_date') }} and open_days.open_month_date
    group by 1, 2, 3

),

-- as a connection's fill-up, by the share of days: runs come on all of them. Without a month before, the run rate
projected as (

    select
        *,
        round(case
            when units_last_month > 0
                then units_to_date + (1 - share_of_month) * (units_to_date + (1 - share_of_month) * units_last_month)
            else units_to_date / nullif(share_of_month, 0)
        end) as projected_units
    from model_runs

),

steps as (

    {% for step in range(4) -%}
    select {{ step }} as step
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

months as (

    select
        projected.destination_id,
        projected.calibration_factor,
        {{ fivetran_logs.as_rows('steps.step') }} as months_ahead,
        {{ fivetran_logs.date_add('month', 'steps.step', 'projected.open_month_date') }} as month_date,
        case when projected.scope = 'account' then '' else coalesce(projected.destination_id, '~') end as scope_key,
        case when steps.step = 0 then projected.cost_to_date_usd else 0 end as cost_to_date_usd,
        case when steps.step = 0 then projected.units_to_date else 0 end as units_to_date,
        coalesce(projected.projected_units, projected.units_to_date) as projected_units
    from projected
    cross join steps

),

scoped as (

    select
        *,
        sum(units_to_date) over (partition by month_date, scope_key) as units_to_date_of_scope,
        sum(projected_units) over (partition by month_date, scope_key) as projected_units_of_scope
    from months

),

forecasts as (

    select
        scoped.month_date,
        scoped.months_ahead,
        scoped.destination_id,
        cast(null as {{ dbt.type_string() }}) as connection_id,
        cast(null as {{ dbt.type_string() }}) as unmatched_name,
        'transformation' as charge_kind,
        {{ fivetran_logs.as_double('scoped.cost_to_date_usd') }} as cost_to_date_usd,
        scoped.calibration_factor
        * {{ fivetran_logs.as_double(
            '(' ~ fivetran_logs.tier_cost_usd('scoped.projected_units_of_scope', 'tiers_ahead')
            ~ ' - ' ~ fivetran_logs.tier_cost_usd('scoped.units_to_date_of_scope', 'tiers_to_date') ~ ')'
        ) }}
        * coalesce(
            (scoped.projected_units - scoped.units_to_date) / nullif(scoped.projected_units_of_scope - scoped.units_to_date_of_scope, 0), 0
        ) as cost_to_come_usd
    from scoped
    left join price_tiers as tiers_to_date on {{ fivetran_logs.is_in_tier('scoped.units_to_date_of_scope', 'scoped.month_date', 'tiers_to_date') }}
    left join price_tiers as tiers_ahead on {{ fivetran_logs.is_in_tier('scoped.projected_units_of_scope', 'scoped.month_date', 'tiers_ahead') }}

    union all

    select
        charges.month_date,
        {{ fivetran_logs.as_rows(dbt.datediff('open_days.open_month_date', 'charges.month_date', 'month')) }} as months_ahead,
        charges.destination_id,
        charges.connection_id,
        charges.unmatched_name,
        charges.charge_kind,
        {{ fivetran_logs.as_double('sum(charges.allocated_cost_usd)') }} as cost_to_date_usd,
        0 as cost_to_come_usd
    from charges
    cross join open_days
    where
        charges.month_date >= open_days.open_month_date
        and charges.allocated_cost_usd <> 0
        and charges.charge_kind <> 'transformation'
    group by 1, 2, 3, 4, 5, 6

),

advances as (

    select
        forecasts.*,
        rows_to_come.cost_usd as cost_of_rows_usd,
        case
            when
                forecasts.charge_kind <> 'transformation'
                and forecasts.cost_to_date_usd > 0
                and rows_to_come.cost_usd > 0
                and rows_to_come.paid_active_rows_to_date = 0
                then forecasts.cost_to_date_usd
            else 0
        end as advance_usd
    from forecasts
    left join rows_to_come
        on
            forecasts.month_date = rows_to_come.month_date
            and coalesce(forecasts.destination_id, '') = coalesce(rows_to_come.destination_id, '')

)

select
    {{ fivetran_logs.hash_of(['month_date', 'destination_id', 'connection_id', 'unmatched_name', 'charge_kind']) }} as forecast_key,
    month_date,
    months_ahead,
    destination_id,
    connection_id,
    unmatched_name,
    charge_kind,
    cost_to_date_usd,
    cost_to_come_usd - case
        when advance_usd = 0 then 0
        else advance_usd * least(1, cost_of_rows_usd / sum(advance_usd) over (partition by month_date, destination_id))
    end as cost_to_come_usd
from advances
