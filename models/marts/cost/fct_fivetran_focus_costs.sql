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

accounts as (

    select * from {{ ref('stg_fivetran_log__account') }}

),

located as (

    select
        costs.*,
        coalesce(destinations.name, costs.destination_id) as destination_name,
        coalesce(connections.connection_name, costs.connection_id) as connection_name,
        connections.owner,
        connections.team,
        connections.cost_centre,
        connections.environment,
        cast(costs.month_date as {{ fivetran_logs.type_utc_timestamp() }}) as period_start,
        coalesce(destinations.account_id, 'unknown') as billing_account_id,
        -- FOCUS wants a name of whatever has an id
        coalesce(accounts.name, destinations.account_id, 'unknown') as billing_account_name,
        destinations.region as region_id,
        upper(destinations.region) as region,
        case
            -- FOCUS wants a quantity for usage. Dollars without any unit are no purchase either, whose effective cost would be 0.
            when costs.charge_kind <> 'adjustment' and (costs.units > 0 or (costs.units = 0 and costs.allocated_cost_usd = 0)) then 'Usage'
            else 'Adjustment'
        end as charge_category,
        case when costs.charge_kind = 'transformation' then 'Model Runs' else 'Monthly Active Rows' end as unit_name
    from costs
    left join connections on costs.connection_id = connections.connection_id
    left join destinations on costs.destination_id = destinations.id
    left join accounts on destinations.account_id = accounts.id

)

{%- set tags = {'owner': 'owner', 'team': 'team', 'cost_centre': 'cost_centre', 'environment': 'environment'} %}

select
    cost_key,
    allocated_cost_usd as billed_cost,
    allocated_cost_usd as contracted_cost,
    allocated_cost_usd as effective_cost,
    allocated_cost_usd as list_cost,
    billing_account_id,
    billing_account_name,
    'USD' as billing_currency,
    period_start as billing_period_start,
    {{ fivetran_logs.time_add('month', 1, 'period_start') }} as billing_period_end,
    period_start as charge_period_start,
    {{ fivetran_logs.time_add('month', 1, 'period_start') }} as charge_period_end,
    charge_category,
    -- no table says which bill corrects an earlier one, on which invoice a charge stands, or that a charge uses up a commitment
    cast(null as {{ dbt.type_string() }}) as charge_class,
    cast(null as {{ dbt.type_string() }}) as invoice_id,
    cast(null as {{ dbt.type_string() }}) as commitment_discount_status,
    case
        when charge_kind = 'connection_rows' then 'Monthly active rows of a connection'
        when charge_kind = 'activation' then 'Monthly active rows of an activation'
        when charge_kind = 'transformation' then 'Model runs of transformations'
        when charge_kind = 'adjustment' then 'Adjustment of the bill'
        else 'Charge that no connection is known for'
    end as charge_description,
    case when charge_category = 'Usage' then 'Usage-Based' else 'One-Time' end as charge_frequency,
    {{ fivetran_logs.as_money("case when charge_category = 'Usage' then units end") }} as consumed_quantity,
    case when charge_category = 'Usage' then unit_name end as consumed_unit,
    {{ fivetran_logs.as_money("case when charge_category = 'Usage' then units end") }} as pricing_quantity,
    case when charge_category = 'Usage' then unit_name end as pricing_unit,
    case when charge_category = 'Usage' then 'Standard' end as pricing_category,
    'Fivetran' as invoice_issuer_name,
    'Fivetran' as provider_name,
    'Fivetran' as publisher_name,
    'Fivetran' as service_provider_name,
    case
        when region like 'AWS%' then 'AWS'
        when region like 'GCP%' then 'Google Cloud'
        when region like 'AZURE%' then 'Microsoft Azure'
    end as host_provider_name,
    region_id,
    region_id as region_name,
    'Analytics' as service_category,
    'Data Processing' as service_subcategory,
    'Fivetran' as service_name,
    destination_id as sub_account_id,
    destination_name as sub_account_name,
    connection_id as resource_id,
    connection_name as resource_name,
    case when connection_id is not null then 'Connection' end as resource_type,
    allocation_method as allocated_method_id,
    case when table_name is not null then coalesce(schema_name || '.', '') || table_name end as allocated_resource_id,
    table_name as allocated_resource_name,
    '{"Elements":[{"AllocatedRatio":' || {{ fivetran_logs.json_share('share_of_destination') }}
    || case
        when charge_category = 'Usage'
            then ',"UsageUnit":"' || unit_name || '","UsageQuantity":' || {{ fivetran_logs.count_in_words('units') }}
        else ''
    end
    || '}]}' as allocated_method_details,
    case when table_name is not null then {{ fivetran_logs.json_of_texts(tags) | indent(4) }} end as allocated_tags,
    {{ fivetran_logs.json_of_texts(tags) }} as tags,
    owner as x_owner,
    team as x_team,
    cost_centre as x_cost_centre,
    environment as x_environment
from located
