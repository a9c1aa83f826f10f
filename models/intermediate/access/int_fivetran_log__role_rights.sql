{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What each role allows, by its permissions: 0 nothing, 1 read, 2 write, 3 manage, for the account, destinations and connections. A
-- role that is gone keeps the permissions that are still listed.

with

roles as (

    select * from {{ ref('stg_fivetran_log__role') }}

),

role_permissions as (

    select * from {{ ref('stg_fivetran_log__role_permission') }}
    where
        role_id is not null
        and permission is not null
        and not coalesce(_fivetran_deleted, false)

),

role_connector_types as (

    select * from {{ ref('stg_fivetran_log__role_connector_type') }}
    where role_id is not null and connector_type is not null

),

judged as (

    select
        role_id,
        permission,
        {{ fivetran_logs.permission_kind('permission') }} as kind,
        {{ fivetran_logs.permission_level('permission') }} as level
    from role_permissions

),

rights as (

    select
        role_id,
        {{ fivetran_logs.listed('permission') }} as permissions,
        max(
            case
                when kind = 'account' then level
                -- to manage the bills is to change something of the account, not to manage it
                when kind = 'billing' and level > 2 then 2
                when kind = 'billing' then level
                else 0
            end
        ) as account_level,
        max(case when kind = 'account' then level else 0 end) as admin_level,
        max(case when kind = 'destination' then level else 0 end) as destination_level,
        max(case when kind = 'connection' then level else 0 end) as connection_level
    from judged
    group by role_id

),

connector_types as (

    select
        role_id,
        {{ fivetran_logs.listed('connector_type') }} as connector_types
    from role_connector_types
    group by role_id

),

role_ids as (

    select id as role_id from roles where id is not null
    union all
    select role_id from rights
    union all
    select role_id from connector_types

)

select distinct
    role_ids.role_id,
    roles.name as role_name,
    coalesce(roles._fivetran_deleted, roles.id is null) as is_role_gone,
    rights.permissions,
    coalesce(
        connector_types.connector_types,
        -- the same list as JSON: ["stripe","shopify"]
        nullif(
            replace(replace(replace(replace(replace(roles.connector_types, '[', ''), ']', ''), '"', ''), ' ', ''), ',', ', '), ''
        )
    ) as limited_to_connector_types,
    rights.account_level,
    rights.admin_level,
    rights.destination_level,
    rights.connection_level
from role_ids
left join roles on role_ids.role_id = roles.id
left join rights on role_ids.role_id = rights.role_id
left join connector_types on role_ids.role_id = connector_types.role_id
