with

access_rights as (

    select
        user_id,
        case when is_admin and resource_type = 'account' then user_id end as administrator,
        case when can_write then user_id end as writer,
        case when is_deleted_user then user_id end as deleted_user,
        case when is_dormant then user_id end as dormant_user,
        case when is_role_gone then user_id end as user_of_a_gone_role,
        case when is_deleted_user or is_role_gone then user_id end as user_to_review,
        case when is_admin and resource_type = 'account' and granted_at > {{ days_30 }} then user_id end as new_administrator
    from {{ ref('fct_fivetran_access_control') }}

)

select
    count(distinct user_id) as people,
    count(distinct administrator) as administrators,
    count(distinct new_administrator) as new_administrators_last_30d,
    count(distinct writer) as people_who_change,
    count(distinct user_to_review) as people_to_review,
    count(distinct deleted_user) as deleted_users,
    count(distinct dormant_user) as dormant_users,
    count(distinct user_of_a_gone_role) as users_of_gone_roles
from access_rights
