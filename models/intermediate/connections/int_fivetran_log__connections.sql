-- Several source rows can share an id (renamed, moved, deleted): the living one stands for it, then the latest set up.

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

)

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
    ranked._fivetran_synced as row_arrived_at
from ranked
left join connector_types on ranked.connector_type_id = connector_types.id
left join destinations on ranked.destination_id = destinations.id
where ranked.rank_in_id = 1
