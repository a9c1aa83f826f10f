{{ config(materialized=fivetran_logs.view_materialization()) }}

-- A grant with all it reaches: the resource itself, and below it what the role's rights are about. A view, since 200 administrators of
-- 5,000 connections are a million rows that nobody reads whole.

with

grants as (

    select * from {{ ref('int_fivetran_log__access_grants') }}

),

accounts as (

    select * from {{ ref('stg_fivetran_log__account') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

resources as (

    select
        'account' as resource_type,
        id as resource_id,
        name as resource_name,
        id as account_id,
        cast(null as {{ dbt.type_string() }}) as destination_id,
        cast(null as {{ dbt.type_string() }}) as connector_type,
        false as is_deleted
    from accounts

    union all

    select
        'destination' as resource_type,
        id as resource_id,
        name as resource_name,
        account_id,
        id as destination_id,
        cast(null as {{ dbt.type_string() }}) as connector_type,
        false as is_deleted
    from destinations

    union all

    select
        'connection' as resource_type,
        connections.connection_id as resource_id,
        connections.connection_name as resource_name,
        destinations.account_id,
        connections.destination_id,
        connections.connector_type,
        connections.is_deleted
    from connections
    left join destinations on connections.destination_id = destinations.id

),

reached as (

    -- what it was granted for stays, though it is deleted or not listed
    select
        grants.grant_key,
        grants.granted_for as resource_type,
        coalesce(grants.connection_id, grants.destination_id, grants.account_id) as resource_id,
        resources.resource_name,
        coalesce(grants.destination_id, resources.destination_id) as destination_id,
        case grants.granted_for
            when 'account' then grants.account_rights
            when 'destination' then grants.destination_rights
            else grants.connection_rights
        end as rights
    from grants
    left join resources
        on
            grants.granted_for = resources.resource_type
            and coalesce(grants.connection_id, grants.destination_id, grants.account_id) = resources.resource_id

    union all

    select
        grants.grant_key,
        resources.resource_type,
        resources.resource_id,
        resources.resource_name,
        resources.destination_id,
        case when resources.resource_type = 'destination' then grants.destination_rights else grants.connection_rights end as rights
    from grants
    inner join resources
        on coalesce(grants.account_id, resources.account_id, '') = coalesce(resources.account_id, grants.account_id, '')
    where
        grants.granted_for = 'account'
        and resources.resource_type <> 'account'
        and not coalesce(resources.is_deleted, false)
        and {{ fivetran_logs.role_covers('grants.limited_to_connector_types', 'resources.connector_type') }}

    union all

    select
        grants.grant_key,
        resources.resource_type,
        resources.resource_id,
        resources.resource_name,
        resources.destination_id,
        grants.connection_rights as rights
    from grants
    inner join resources on grants.destination_id = resources.destination_id
    where
        grants.granted_for = 'destination'
        and resources.resource_type = 'connection'
        and not coalesce(resources.is_deleted, false)
        and {{ fivetran_logs.role_covers('grants.limited_to_connector_types', 'resources.connector_type') }}

)

select
    grants.grant_key,
    grants.user_id,
    grants.user_email,
    grants.user_name,
    grants.is_deleted_user,
    reached.resource_type,
    reached.resource_id,
    reached.resource_name,
    reached.destination_id,
    grants.role_id,
    grants.role_name,
    grants.is_custom_role,
    grants.is_role_gone,
    grants.granted_through,
    grants.team_id,
    grants.granted_for as inherited_from,
    grants.granted_at,
    grants.permissions,
    grants.limited_to_connector_types,
    case reached.rights when 3 then 'manage' when 2 then 'write' when 1 then 'read' end as access_level,
    grants.is_admin,
    reached.rights >= 2 as can_write,
    reached.rights >= 3 as can_delete,
    grants.last_recorded_action_at,
    -- of the grant, where it allows more than reading this
    case when reached.rights >= 2 then grants.is_dormant end as is_dormant
from reached
inner join grants on reached.grant_key = grants.grant_key
-- a role without a right to this does not reach it; of a role that tells no rights, nobody knows
where reached.resource_type = grants.granted_for or coalesce(reached.rights, 1) > 0
