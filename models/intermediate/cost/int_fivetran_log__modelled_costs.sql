{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What everything with a meter would cost by the price list of its month, before any discount. Without a list the model is null.

with

usage_months as (

    select * from {{ ref('int_fivetran_log__usage_months') }}

),

transformation_runs as (

    select
        {{ fivetran_logs.date_in_text('measured_date') }} as measured_date,
        destination_id,
        model_runs
    from {{ ref('stg_fivetran_log__transformation_runs') }}
    where upper(trim(free_type)) = 'PAID'

),

price_tiers as (

    select * from {{ ref('int_fivetran_log__price_tiers') }}

),

consumers as (

    select
        month_date,
        destination_id,
        connection_id,
        unmatched_name,
        schema_name,
        table_name,
        case
            when is_activation then 'activation'
            when connection_id is not null then 'connection_rows'
            else 'unallocated'
        end as charge_kind,
        case when is_activation then 'activation_mar' else 'connection_mar' end as own_meter,
        paid_active_rows as units,
        paid_active_rows,
        total_active_rows,
        consumer_rank,
        mar_key
    from usage_months

    union all

    -- whether a bill holds transformations, no table says: it does where the user gave them a price
    select
        {{ fivetran_logs.month_of('measured_date') }} as month_date,
        destination_id,
        cast(null as {{ dbt.type_string() }}) as connection_id,
        cast(null as {{ dbt.type_string() }}) as unmatched_name,
        cast(null as {{ dbt.type_string() }}) as schema_name,
        cast(null as {{ dbt.type_string() }}) as table_name,
        'transformation' as charge_kind,
        'model_runs' as own_meter,
        {{ fivetran_logs.sum_rows('model_runs') }} as units,
        0 as paid_active_rows,
        0 as total_active_rows,
        cast(null as {{ dbt.type_bigint() }}) as consumer_rank,
        cast(null as {{ dbt.type_string() }}) as mar_key
    from transformation_runs
    where measured_date <= {{ fivetran_logs.as_of_date() }}
    group by 1, 2

),

lists as (

    select * from price_tiers
    where is_first

),

-- activations without a price of their own cost what rows of connections cost
consumers_with_both as (

    select
        *,
        case when own_meter = 'activation_mar' then 'connection_mar' end as other_meter
    from consumers

),

metered as (

    select
        consumers_with_both.*,
        coalesce(lists.meter, row_lists.meter) as meter,
        coalesce(lists.scope, row_lists.scope) as scope
    from consumers_with_both
    left join lists
        on
            consumers_with_both.own_meter = lists.meter
            and consumers_with_both.month_date >= lists.valid_from
            and (consumers_with_both.month_date < lists.valid_until or lists.valid_until is null)
    left join lists as row_lists
        on
            consumers_with_both.other_meter = row_lists.meter
            and consumers_with_both.month_date >= row_lists.valid_from
            and (consumers_with_both.month_date < row_lists.valid_until or row_lists.valid_until is null)
    where consumers_with_both.own_meter <> 'model_runs' or lists.meter is not null

),

scoped as (

    select
        *,
        sum(units) over (
            partition by
                month_date,
                meter,
                case when scope = 'account' then '' else coalesce(destination_id, '~') end,
                case when scope = 'account' then '' else coalesce(connection_id, '~') end,
                case when scope = 'account' then '' else coalesce(unmatched_name, '~') end
        ) as units_of_scope
    from metered

),

priced as (

    select
        scoped.*,
        {{ fivetran_logs.tier_cost_usd('scoped.units_of_scope', 'price_tiers') }} as usd_of_scope
    from scoped
    left join price_tiers
        on
            scoped.meter = price_tiers.meter
            and {{ fivetran_logs.is_in_tier('scoped.units_of_scope', 'scoped.month_date', 'price_tiers') }}

)

select
    {{ dbt.hash(
        "cast(month_date as " ~ dbt.type_string() ~ ") || '|' || charge_kind || '|' || " ~ fivetran_logs.usage_key()
    ) }} as cost_key,
    mar_key,
    month_date,
    destination_id,
    connection_id,
    unmatched_name,
    schema_name,
    table_name,
    charge_kind,
    meter,
    scope,
    units,
    {{ fivetran_logs.as_rows('units_of_scope') }} as units_of_scope,
    paid_active_rows,
    total_active_rows,
    consumer_rank,
    cast(
        case
            when meter is null then null
            else coalesce({{ fivetran_logs.part_by_weight('usd_of_scope', 'units', 'units_of_scope') }}, 0)
        end as {{ fivetran_logs.type_decimal() }}
    ) as modelled_cost_usd
from priced
