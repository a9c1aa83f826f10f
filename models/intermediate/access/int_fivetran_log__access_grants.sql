-- Who holds which role, for what, and through whom: the user's own roles, those of their teams and of the teams above them, and the roles
-- in destinations of accounts older than teams. What a role reaches below its resource is worked out in fct_fivetran_access_control.

with

memberships as (

    select * from {{ ref('stg_fivetran_log__resource_membership') }}
    where role_id is not null and not coalesce(_fivetran_deleted, false)

),

team_memberships as (

    select * from {{ ref('stg_fivetran_log__team_membership') }}
    where user_id is not null and not coalesce(_fivetran_deleted, false)

),

team_reach as (

    select * from {{ ref('int_fivetran_log__team_reach') }}

),

role_rights as (

    select * from {{ ref('int_fivetran_log__role_rights') }}

),

users as (

    select * from {{ ref('stg_fivetran_log__user') }}

),

recorded as (

    select
        user_id,
        max(occurred_at) as last_recorded_action_at,
        min(occurred_at) as first_recorded_action_at
    from {{ ref('int_fivetran_log__actions') }}
    where user_id is not null and occurred_at <= {{ fivetran_logs.as_of() }}
    group by user_id

),

records as (

    select min(first_recorded_action_at) as recorded_from from recorded

),

held as (

    select
        user_id,
        role_id,
        cast(null as {{ dbt.type_string() }}) as older_role,
        cast(null as {{ dbt.type_string() }}) as team_id,
        'direct' as granted_through,
        account_id,
        destination_id,
        connection_id,
        created_at as granted_at
    from memberships
    where user_id is not null

    union all

    select
        team_memberships.user_id,
        memberships.role_id,
        cast(null as {{ dbt.type_string() }}) as older_role,
        memberships.team_id,
        team_reach.granted_through,
        memberships.account_id,
        memberships.destination_id,
        memberships.connection_id,
        -- since both hold: the team has the role, and the user is in the team
        case
            when memberships.created_at > team_memberships.created_at then memberships.created_at
            else coalesce(team_memberships.created_at, memberships.created_at)
        end as granted_at
    from team_memberships
    inner join team_reach on team_memberships.team_id = team_reach.team_id
    inner join memberships on team_reach.holding_team_id = memberships.team_id and memberships.user_id is null

    union all

    select
        user_id,
        cast(null as {{ dbt.type_string() }}) as role_id,
        role as older_role,
        cast(null as {{ dbt.type_string() }}) as team_id,
        'direct' as granted_through,
        cast(null as {{ dbt.type_string() }}) as account_id,
        destination_id,
        cast(null as {{ dbt.type_string() }}) as connection_id,
        joined_at as granted_at
    from {{ ref('stg_fivetran_log__destination_membership') }}
    where user_id is not null and destination_id is not null and role is not null

),

-- one grant may be recorded twice, and a user be in a team in two roles
grants as (

    select
        user_id,
        role_id,
        older_role,
        team_id,
        granted_through,
        account_id,
        case when connection_id is null then destination_id end as destination_id,
        connection_id,
        case
            when connection_id is not null then 'connection'
            when destination_id is not null then 'destination'
            else 'account'
        end as granted_for,
        min(granted_at) as granted_at
    from held
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

named as (

    select
        grants.*,
        coalesce(grants.older_role, role_rights.role_name, grants.role_id) as role_name,
        case when grants.older_role is null then coalesce(role_rights.is_role_gone, true) else false end as is_role_gone,
        role_rights.permissions,
        role_rights.limited_to_connector_types,
        role_rights.account_level,
        role_rights.admin_level,
        role_rights.destination_level,
        role_rights.connection_level,
        {{ fivetran_logs.role_level('coalesce(grants.older_role, role_rights.role_name)') }} as named_level
    from grants
    left join role_rights on grants.role_id = role_rights.role_id

),

leveled as (

    select
        named.*,
        granted_for = 'account' and coalesce(admin_level, named_level, 0) = 3 as is_admin,
        case
            when granted_for <> 'account' then 0
            -- by their names, an analyst edits what is below the account, and billing is of the account alone
            when permissions is null and named_level = 2 then 1
            when permissions is null and named_level = 0 then 2
            else coalesce(account_level, named_level)
        end as account_rights,
        case when granted_for = 'connection' then 0 else coalesce(destination_level, named_level) end as destination_rights,
        coalesce(connection_level, named_level) as connection_rights
    from named

),

judged as (

    select
        leveled.*,
        is_admin or account_rights >= 2 or destination_rights >= 2 or connection_rights >= 2 as can_write
    from leveled

)

select
    {{ fivetran_logs.hash_of(['judged.user_id', 'judged.role_id', 'judged.older_role', 'judged.team_id', 'judged.granted_through', 'judged.account_id', 'judged.destination_id', 'judged.connection_id']) }} as grant_key,
    judged.user_id,
    users.email as user_email,
    nullif(trim(coalesce(users.given_name, '') || ' ' || coalesce(users.family_name, '')), '') as user_name,
    case when users.id is not null then coalesce(users._fivetran_deleted, false) end as is_deleted_user,
    judged.role_id,
    judged.role_name,
    judged.limited_to_connector_types is not null or {{ fivetran_logs.is_custom_role('judged.role_name') }} as is_custom_role,
    judged.is_role_gone,
    judged.team_id,
    judged.granted_through,
    judged.granted_for,
    judged.account_id,
    judged.destination_id,
    judged.connection_id,
    judged.granted_at,
    judged.permissions,
    judged.limited_to_connector_types,
    case when judged.is_admin then 3 else judged.account_rights end as account_rights,
    case when judged.is_admin then 3 else judged.destination_rights end as destination_rights,
    case when judged.is_admin then 3 else judged.connection_rights end as connection_rights,
    judged.is_admin,
    judged.can_write,
    recorded.last_recorded_action_at,
    case
        when not coalesce(judged.can_write, false) then null
        when recorded.last_recorded_action_at >= {{ fivetran_logs.days_ago(var('fivetran_logs_dormant_days')) }} then false
        when judged.granted_at >= {{ fivetran_logs.days_ago(var('fivetran_logs_dormant_days')) }} then false
        -- records that begin later cannot tell
        when records.recorded_from <= {{ fivetran_logs.days_ago(var('fivetran_logs_dormant_days')) }} then true
    end as is_dormant
from judged
left join users on judged.user_id = users.id
left join recorded on judged.user_id = recorded.user_id
cross join records
