{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The price list with the months each tier is valid in. A contract that begins within a month counts from its first day, and ends
-- where the next one of the same meter begins.

with

price_curve as (

    select
        *,
        {{ fivetran_logs.month_of('valid_from') }} as first_month_date
    from {{ fivetran_logs.seed_table('fivetran_price_curve') }}

),

contracts as (

    select distinct
        meter,
        first_month_date
    from price_curve

),

periods as (

    select
        meter,
        first_month_date,
        lead(first_month_date) over (partition by meter order by first_month_date) as before_month_date
    from contracts

)

select
    price_curve.meter,
    price_curve.scope,
    price_curve.first_month_date,
    periods.before_month_date,
    price_curve.from_units,
    price_curve.to_units,
    price_curve.usd_per_million,
    price_curve.base_usd,
    price_curve.base_kind
from price_curve
inner join periods
    on
        price_curve.meter = periods.meter
        and price_curve.first_month_date = periods.first_month_date
