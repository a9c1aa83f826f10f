{{ config(materialized=fivetran_logs.view_materialization()) }}

-- Who answers for a connection: the entry that names its id, else its name and destination, else its name.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

owners as (

    select * from {{ ref('fivetran_connection_owners') }}

),

matches as (

    select
        connections.connection_id,
        owners.team,
        owners.cost_centre,
        owners.environment,
        owners.criticality,
        owners.owner_email,
        row_number() over (
            partition by connections.connection_id
            order by
                case when lower(owners.connection_name) = lower(connections.connection_id) then 0 else 1 end,
                case when owners.destination_name is not null then 0 else 1 end,
                owners.team
        ) as best_first
    from connections
    inner join owners
        on
            lower(owners.connection_name) in (lower(connections.connection_id), lower(connections.connection_name))
            and (
                owners.destination_name is null
                or lower(owners.destination_name) in (lower(connections.destination_name), lower(connections.destination_id))
            )

)

select
    connection_id,
    team,
    cost_centre,
    environment,
    criticality,
    owner_email
from matches
where best_first = 1
