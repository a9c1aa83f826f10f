-- The one allocation: every cost there is comes from here. A destination's bill is divided by what each charge would cost by the price
-- list, so that the many rows of a large source cost less each than those of a small one. Without a price list it is divided by paid
-- rows, by all rows where none is paid, and evenly where there are none. An open month without a bill is estimated, and marked.

{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' %}

with

usage_months as (

    select * from {{ ref('int_fivetran_log__usage_months') }}

),

monthly_costs as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

modelled_costs as (

    select * from {{ ref('int_fivetran_log__modelled_costs') }}

),

charges as (

    select
        usage_months.mar_key,
        usage_months.month_date,
        usage_months.destination_id,
        usage_months.connection_id,
        usage_months.unmatched_name,
        usage_months.schema_name,
        usage_months.table_name,
        usage_months.consumer_rank,
        case
            when usage_months.is_activation then 'activation'
            when usage_months.has_usage then 'connection_rows'
            when monthly_costs.cost_usd < 0 then 'adjustment'
            else 'unallocated'
        end as charge_kind,
        usage_months.paid_active_rows,
        usage_months.total_active_rows,
        modelled_costs.modelled_cost_usd,
        modelled_costs.marginal_cost_usd
    from usage_months
    left join monthly_costs
        on
            usage_months.month_date = monthly_costs.month_date
            and coalesce(usage_months.destination_id, '') = coalesce(monthly_costs.destination_id, '')
    left join modelled_costs on usage_months.mar_key = modelled_costs.charge_key

    union all

    -- transformations have no rows of usage: they are a charge where the price list prices them
    select
        {{ no_text }} as mar_key,
        month_date,
        destination_id,
        {{ no_text }} as connection_id,
        {{ no_text }} as unmatched_name,
        {{ no_text }} as schema_name,
        {{ no_text }} as table_name,
        2147483647 as consumer_rank,
        'transformation' as charge_kind,
        0 as paid_active_rows,
        0 as total_active_rows,
        modelled_cost_usd,
        marginal_cost_usd
    from modelled_costs
    where meter = 'model_runs'

    union all

    -- credits without any usage or dollars: the usage has no row for them
    select
        {{ no_text }} as mar_key,
        month_date,
        destination_id,
        {{ no_text }} as connection_id,
        {{ no_text }} as unmatched_name,
        {{ no_text }} as schema_name,
        {{ no_text }} as table_name,
        2147483647 as consumer_rank,
        'unallocated' as charge_kind,
        0 as paid_active_rows,
        0 as total_active_rows,
        cast(null as {{ fivetran_logs.type_decimal() }}) as modelled_cost_usd,
        cast(null as {{ fivetran_logs.type_decimal() }}) as marginal_cost_usd
    from monthly_costs
    where not has_usage and credits <> 0 and coalesce(cost_usd, 0) = 0

),

totals as (

    select
        *,
        sum(modelled_cost_usd) over (partition by month_date, destination_id) as modelled_of_destination,
        sum(paid_active_rows) over (partition by month_date, destination_id) as paid_of_destination,
        sum(total_active_rows) over (partition by month_date, destination_id) as total_of_destination
    from charges

),

weighed as (

    select
        *,
        case
            when modelled_of_destination > 0 then 'price_curve'
            when total_of_destination > 0 then 'row_share'
            else 'even_share'
        end as allocation_method,
        cast(
            case
                when modelled_of_destination > 0 then coalesce(modelled_cost_usd, 0)
                when paid_of_destination > 0 then paid_active_rows
                when total_of_destination > 0 then total_active_rows
                else 1
            end as {{ fivetran_logs.type_decimal() }}
        ) as weight
    from totals

),

shared as (

    select
        *,
        sum(weight) over (partition by month_date, destination_id) as weight_of_destination,
        sum(weight) over (
            partition by month_date, destination_id
            order by consumer_rank, charge_kind rows between unbounded preceding and current row
        ) as weight_so_far
    from weighed

),

-- to the cent: each part is the rounded bill up to and including it, less the rounded bill before it
billed as (

    select
        shared.*,
        monthly_costs.cost_usd as destination_cost_usd,
        {%- for amount in ['cost_usd', 'credits'] %}
        {{ fivetran_logs.cents_up_to('monthly_costs.' ~ amount, 'shared.weight_so_far', 'shared.weight_of_destination') }}
        - {{ fivetran_logs.cents_up_to('monthly_costs.' ~ amount, 'shared.weight_so_far - shared.weight', 'shared.weight_of_destination') }}
            as billed_{{ amount }},
        {%- endfor %}
        {{ fivetran_logs.as_double('monthly_costs.cost_usd') }} / nullif({{ fivetran_logs.as_double('shared.modelled_of_destination') }}, 0) as calibration_factor
    from shared
    left join monthly_costs
        on
            shared.month_date = monthly_costs.month_date
            and coalesce(shared.destination_id, '') = coalesce(monthly_costs.destination_id, '')

),

-- what an open month is estimated by: the destination's last factor, and each connection's last rate
rates as (

    select
        destination_id,
        connection_id,
        unmatched_name,
        month_date,
        max(calibration_factor) as calibration_factor,
        {{ fivetran_logs.as_double('sum(billed_cost_usd)') }} / nullif(sum(paid_active_rows), 0) as usd_per_row,
        row_number() over (partition by destination_id, connection_id, unmatched_name order by month_date desc) as newest_first
    from billed
    where
        month_date < {{ this_month }}
        and destination_cost_usd is not null
        and paid_active_rows > 0
    group by destination_id, connection_id, unmatched_name, month_date

),

factors as (

    select
        destination_id,
        calibration_factor,
        row_number() over (partition by destination_id order by month_date desc, connection_id, unmatched_name) as newest_first
    from rates
    where calibration_factor is not null

),

estimated as (

    select
        billed.*,
        billed.month_date = {{ this_month }} and billed.destination_cost_usd is null as is_unbilled_open_month,
        coalesce(
            {{ fivetran_logs.as_double('billed.modelled_cost_usd') }} * coalesce(factors.calibration_factor, 1),
            billed.paid_active_rows * rates.usd_per_row
        ) as estimated_cost_usd
    from billed
    left join rates
        on
            coalesce(billed.destination_id, '') = coalesce(rates.destination_id, '')
            and coalesce(billed.connection_id, '') = coalesce(rates.connection_id, '')
            and coalesce(billed.unmatched_name, '') = coalesce(rates.unmatched_name, '')
            and rates.newest_first = 1
    left join factors
        on
            coalesce(billed.destination_id, '') = coalesce(factors.destination_id, '')
            and factors.newest_first = 1

)

select
    coalesce(
        mar_key,
        {{ fivetran_logs.hash_of(['month_date', 'destination_id', 'charge_kind']) }}
    ) as allocation_id,
    mar_key,
    month_date,
    destination_id,
    connection_id,
    unmatched_name,
    schema_name,
    table_name,
    charge_kind,
    allocation_method,
    paid_active_rows,
    {{ fivetran_logs.as_double('weight') }} / nullif({{ fivetran_logs.as_double('weight_of_destination') }}, 0) as share_of_destination,
    modelled_cost_usd,
    marginal_cost_usd,
    calibration_factor,
    destination_cost_usd is not null as is_billed,
    {{ fivetran_logs.as_money("case when is_unbilled_open_month then round(cast(estimated_cost_usd as " ~ fivetran_logs.type_decimal() ~ "), 2) else billed_cost_usd end") }} as allocated_cost_usd,
    {{ fivetran_logs.as_money('billed_credits') }} as credits,
    month_date = {{ this_month }} as is_estimate,
    case
        when is_unbilled_open_month and modelled_cost_usd is not null then 'No bill has come yet: priced by the price curve.'
        when is_unbilled_open_month and estimated_cost_usd is not null then 'No bill has come yet: priced at the connection''s last effective rate.'
        when is_unbilled_open_month then 'No bill has come yet, and nothing tells the price.'
        when month_date = {{ this_month }} then 'The month is open: the bill is the one to date.'
    end as estimate_reason
from estimated
