-- The billed dollars of the allocation in the columns of FinOps FOCUS. Estimates are left out: nobody has billed them.

with

costs as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}
    where bill_usd is not null and allocated_cost_usd is not null

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

located as (

    select
        costs.*,
        destinations.name as destination_name,
        coalesce(connections.connection_name, costs.unmatched_name) as connection_name,
        connections.owner,
        connections.team,
        connections.cost_centre,
        connections.environment,
        cast(costs.month_date as {{ fivetran_logs.type_utc_timestamp() }}) as period_start,
        coalesce(destinations.account_id, 'unknown') as billing_account_id,
        upper(destinations.region) as region,
        case
            when costs.charge_kind = 'adjustment' then 'Adjustment'
            -- FOCUS wants a quantity for usage: dollars without any unit buy the month
            when costs.units > 0 or (costs.units = 0 and costs.allocated_cost_usd = 0) then 'Usage'
            else 'Purchase'
        end as charge_category,
        case when costs.charge_kind = 'transformation' then 'Model Runs' else 'Monthly Active Rows' end as unit_name
    from costs
    left join connections on costs.connection_id = connections.connection_id
    left join destinations on costs.destination_id = destinations.id

)

select
    cost_key,
    allocated_cost_usd as billed_cost,
    allocated_cost_usd as contracted_cost,
    allocated_cost_usd as effective_cost,
    allocated_cost_usd as list_cost,
    billing_account_id,
    'USD' as billing_currency,
    period_start as billing_period_start,
    {{ fivetran_logs.time_add('month', 1, 'period_start') }} as billing_period_end,
    period_start as charge_period_start,
    {{ fivetran_logs.time_add('month', 1, 'period_start') }} as charge_period_end,
    charge_category,
    case
        when charge_kind = 'connection_rows' then 'Monthly active rows of a connection'
        when charge_kind = 'activation' then 'Monthly active rows of an activation'
        when charge_kind = 'transformation' then 'Model runs of transformations'
        when charge_kind = 'adjustment' then 'Adjustment of the bill'
        else 'Charge that no connection is known for'
    end as charge_description,
    case
        when charge_category = 'Usage' then 'Usage-Based'
        when charge_category = 'Purchase' then 'Recurring'
        else 'One-Time'
    end as charge_frequency,
    case when charge_category = 'Usage' then {{ fivetran_logs.as_money('units') }} end as consumed_quantity,
    case when charge_category = 'Usage' then unit_name end as consumed_unit,
    case
        when charge_category = 'Usage' then {{ fivetran_logs.as_money('units') }}
        when charge_category = 'Purchase' then {{ fivetran_logs.as_money('1') }}
    end as pricing_quantity,
    case
        when charge_category = 'Usage' then unit_name
        when charge_category = 'Purchase' then 'Months'
    end as pricing_unit,
    'Fivetran' as invoice_issuer_name,
    'Fivetran' as provider_name,
    'Fivetran' as publisher_name,
    'Fivetran' as service_provider_name,
    case
        when region like 'AWS%' then 'AWS'
        when region like 'GCP%' then 'Google Cloud'
        when region like 'AZURE%' then 'Microsoft Azure'
    end as host_provider_name,
    'Analytics' as service_category,
    'Data Processing' as service_subcategory,
    'Fivetran' as service_name,
    destination_id as sub_account_id,
    destination_name as sub_account_name,
    connection_id as resource_id,
    case when connection_id is not null then connection_name end as resource_name,
    case when connection_id is not null then 'Connection' end as resource_type,
    allocation_method as allocated_method_id,
    case when table_name is not null then coalesce(schema_name || '.', '') || table_name end as allocated_resource_id,
    table_name as allocated_resource_name,
    owner as x_owner,
    team as x_team,
    cost_centre as x_cost_centre,
    environment as x_environment
from located
