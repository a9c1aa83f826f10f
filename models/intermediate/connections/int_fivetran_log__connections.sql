-- Several source rows can share an id (renamed, moved, deleted): the row that is not deleted counts, then the latest set up. Owners
-- come from the seed: the entry with the connection's id, else with its name and destination, else with its name.

with

connections as (

    select * from {{ ref('stg_fivetran_log__connection') }}
    where signed_up is null or signed_up <= {{ fivetran_logs.as_of() }}

),

connector_types as (

    select * from {{ ref('stg_fivetran_log__connector_type') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

owner_entries as (

    select * from {{ fivetran_logs.seed_table('fivetran_connection_owners') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by connection_id
            order by
                case when _fivetran_deleted then 1 else 0 end,
                case when signed_up is null then 1 else 0 end,
                signed_up desc nulls last,
                _fivetran_synced desc nulls last,
                destination_id nulls last,
                connection_name nulls last
        ) as rank_in_id
    from connections
    where connection_id is not null

),

named as (

    select
        ranked.connection_id,
        ranked.connection_name,
        ranked.connector_type_id as connector_type,
        coalesce(connector_types.official_connector_name, ranked.connector_type_id) as connector_name,
        ranked.destination_id,
        destinations.name as destination_name,
        ranked.connecting_user_id,
        coalesce(ranked.paused, false) as is_paused,
        ranked._fivetran_deleted as is_deleted,
        ranked.signed_up as set_up_at,
        ranked.sync_frequency as sync_frequency_minutes,
        ranked._fivetran_synced as row_arrived_at,
        ranked.platform_schema
    from ranked
    left join connector_types on ranked.connector_type_id = connector_types.id
    left join destinations on ranked.destination_id = destinations.id
    where ranked.rank_in_id = 1

),

owners as (

    select
        named.connection_id,
        owner_entries.owner_email,
        owner_entries.team,
        owner_entries.cost_centre,
        owner_entries.environment,
        owner_entries.criticality,
        owner_entries.expected_every_minutes,
        owner_entries.freshness_target,
        row_number() over (
            partition by named.connection_id
            order by
                case when lower(owner_entries.connection_name) = lower(named.connection_id) then 0 else 1 end,
                case when owner_entries.destination_name is not null then 0 else 1 end,
                owner_entries.team
        ) as best_first
    from named
    inner join owner_entries
        on
            lower(owner_entries.connection_name) in (lower(named.connection_id), lower(named.connection_name))
            and (
                owner_entries.destination_name is null
                or lower(owner_entries.destination_name) in (lower(named.destination_name), lower(named.destination_id))
            )

)

select
    named.*,
    owners.owner_email as owner,
    owners.team,
    owners.cost_centre,
    owners.environment,
    owners.criticality,
    owners.expected_every_minutes,
    owners.freshness_target,
    owners.connection_id is not null as is_owned
from named
left join owners on named.connection_id = owners.connection_id and owners.best_first = 1
