-- What each charge would cost by the price list alone: units fill the tiers of their connection, or of the account, and tables share
-- what their connection costs by paid rows. Beside it the marginal cost, what leaving the charge out saves: dear tiers fill first, so
-- leaving out a table saves less than its share, and never the base charge of what stays.

with

usage_months as (

    select * from {{ ref('int_fivetran_log__usage_months') }}
    where paid_active_rows > 0

),

transformation_runs as (

    select * from {{ ref('stg_fivetran_log__transformation_runs') }}

),

price_tiers as (

    select * from {{ ref('int_fivetran_log__price_tiers') }}

),

runs as (

    select
        {{ fivetran_logs.date_in_text('measured_date') }} as measured_date,
        destination_id,
        model_runs
    from transformation_runs
    where upper(trim(free_type)) = 'PAID'

),

charges as (

    select
        mar_key as charge_key,
        case when is_activation then 'activation_mar' else 'connection_mar' end as meter,
        month_date,
        destination_id,
        coalesce(connection_id, unmatched_name) as payer,
        paid_active_rows as units
    from usage_months

    union all

    select
        {{ fivetran_logs.hash_of([fivetran_logs.month_of('measured_date'), 'destination_id', "'model_runs'"]) }} as charge_key,
        'model_runs' as meter,
        {{ fivetran_logs.month_of('measured_date') }} as month_date,
        destination_id,
        'model_runs' as payer,
        {{ fivetran_logs.sum_rows('model_runs') }} as units
    from runs
    where measured_date <= {{ fivetran_logs.as_of_date() }}
    group by 1, 2, 3, 4, 5

),

counted as (

    select
        *,
        sum(units) over (partition by month_date, meter, destination_id, payer) as units_of_payer,
        sum(units) over (partition by month_date, meter) as units_of_account
    from charges

),

-- one row a charge and tier: the tiers are filled with the payer's or the account's units
tiered as (

    select
        counted.*,
        price_tiers.base_usd,
        price_tiers.base_kind,
        case when price_tiers.scope = 'account' then counted.units_of_account else counted.units_of_payer end as priced_units,
        price_tiers.from_units,
        price_tiers.to_units,
        price_tiers.usd_per_million
    from counted
    inner join price_tiers
        on
            counted.meter = price_tiers.meter
            and {{ fivetran_logs.is_tier_of_month('price_tiers', 'counted.month_date') }}

),

priced as (

    select
        charge_key,
        meter,
        month_date,
        destination_id,
        units,
        priced_units,
        max(base_usd) as base_usd,
        max(base_kind) as base_kind,
        sum({{ fivetran_logs.tier_cost_usd('priced_units', 'tiered') }}) as tiers_usd,
        sum({{ fivetran_logs.tier_cost_usd('(priced_units - units)', 'tiered') }}) as tiers_usd_without_it
    from tiered
    group by charge_key, meter, month_date, destination_id, units, priced_units

)

select
    charge_key,
    meter,
    month_date,
    destination_id,
    units,
    cast(
        round({{ fivetran_logs.with_base_charge('tiers_usd', 'base_usd', 'base_kind') }} * units / priced_units, 6)
        as {{ fivetran_logs.type_decimal() }}
    ) as modelled_cost_usd,
    cast(
        round(
            {{ fivetran_logs.with_base_charge('tiers_usd', 'base_usd', 'base_kind') }}
            - case
                when priced_units > units then {{ fivetran_logs.with_base_charge('tiers_usd_without_it', 'base_usd', 'base_kind') }}
                else 0
            end,
            6
        ) as {{ fivetran_logs.type_decimal() }}
    ) as marginal_cost_usd
from priced
