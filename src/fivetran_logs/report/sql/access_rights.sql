-- One way in which a user reaches a resource. What should be taken away comes first, then the account, destinations and connections, since
-- a report holds no more than 3,000.
with

ranked as (

    select
        *,
        row_number() over (
            order by
                case when is_deleted_user or is_role_gone then 0 else 1 end,
                case resource_type when 'account' then 0 when 'destination' then 1 else 2 end,
                case when resource_type = inherited_from then 0 else 1 end,
                case access_level when 'manage' then 0 when 'write' then 1 when 'read' then 2 else 3 end,
                resource_name,
                resource_id,
                user_email,
                user_id,
                grant_key
        ) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_access_control') }}

)

select
    coalesce(user_name, user_id) as user_name,
    user_email,
    coalesce(is_deleted_user, false) as is_deleted_user,
    resource_type,
    coalesce(resource_name, resource_id) as resource_name,
    case when resource_type = 'connection' then resource_id end as connection,
    access_level,
    coalesce(can_delete, false) as can_delete,
    role_name,
    is_custom_role,
    is_role_gone,
    limited_to_connector_types,
    granted_through,
    inherited_from,
    is_admin and resource_type = 'account' as is_administrator,
    granted_at,
    last_recorded_action_at,
    is_dormant,
    all_rows
from ranked
where place <= 3000
order by place
