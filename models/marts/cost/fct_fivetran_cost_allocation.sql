-- Every dollar and credit of every bill, with whom it falls to.

with

allocated_costs as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

)

select
    allocated_costs.cost_key,
    allocated_costs.month_date,
    allocated_costs.destination_id,
    destinations.name as destination_name,
    allocated_costs.connection_id,
    coalesce(connections.connection_name, allocated_costs.unmatched_name) as connection_name,
    connections.connector_name,
    allocated_costs.schema_name,
    allocated_costs.table_name,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    allocated_costs.charge_kind,
    allocated_costs.allocation_method,
    allocated_costs.units,
    allocated_costs.paid_active_rows,
    allocated_costs.share_of_destination,
    {{ fivetran_logs.as_double('allocated_costs.modelled_cost_usd') }} as modelled_cost_usd,
    allocated_costs.calibration_factor,
    allocated_costs.allocated_cost_usd,
    allocated_costs.credits,
    allocated_costs.bill_usd is not null as is_billed,
    allocated_costs.is_estimate,
    allocated_costs.estimate_reason,
    allocated_costs.note
from allocated_costs
left join connections on allocated_costs.connection_id = connections.connection_id
left join destinations on allocated_costs.destination_id = destinations.id
