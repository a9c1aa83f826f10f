{{ config(materialized=fivetran_logs.long_step_materialization()) }}

-- Actions with the names of those who acted and of what they acted on. A person is the address where it is known, since one person can
-- have several ids.

with

actions as (

    select * from {{ ref('int_fivetran_log__actions') }}
    where occurred_at <= {{ fivetran_logs.as_of() }}

),

users as (

    select * from {{ ref('stg_fivetran_log__user') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

resource_names as (

    select * from {{ ref('int_fivetran_log__resource_names') }}

),

access_grants as (

    select * from {{ ref('int_fivetran_log__access_grants') }}

),

-- who joins a team of administrators is one
new_administrators as (

    select distinct team_id, user_id from access_grants
    where is_admin and team_id is not null

),

places as (

    select
        actions.activity_id,
        actions.user_id,
        actions.connection_id,
        coalesce(
            connections.destination_id,
            case when actions.resource_type = 'DESTINATION' then actions.resource_id end,
            case when actions.secondary_resource_type = 'DESTINATION' then actions.secondary_resource_id end
        ) as destination_id
    from actions
    left join connections on actions.connection_id = connections.connection_id

),

-- the role nearest to what the action is about
roles as (

    select
        places.activity_id,
        access_grants.role_name,
        row_number() over (
            partition by places.activity_id
            order by
                case access_grants.granted_for when 'connection' then 0 when 'destination' then 1 else 2 end,
                access_grants.role_name
        ) as nearest_first
    from places
    inner join access_grants
        on
            places.user_id = access_grants.user_id
            and (
                access_grants.granted_for = 'account'
                or access_grants.connection_id = places.connection_id
                or access_grants.granted_for = 'destination' and access_grants.destination_id = places.destination_id
            )

)

select
    actions.activity_id,
    actions.occurred_at,
    cast(actions.occurred_at as date) as activity_date,
    actions.user_id,
    case
        when lower(actions.actor) = 'fivetran' or (actions.user_id is null and actions.interaction_method = 'SYSTEM') then null
        else lower(coalesce(users.email, actions.user_id, actions.actor))
    end as person,
    -- an actor who is no longer listed is shown as in the log, if that is an address
    coalesce(users.email, case when actions.actor like '%@%' then actions.actor end) as user_email,
    nullif(trim(coalesce(users.given_name, '') || ' ' || coalesce(users.family_name, '')), '') as user_name,
    case
        when lower(actions.actor) = 'fivetran' or (actions.user_id is null and actions.interaction_method = 'SYSTEM') then 'fivetran'
        when actions.interaction_method = 'API' then 'api'
        else 'user'
    end as actor_type,
    actions.action_type,
    actions.action_category,
    actions.interaction_method,
    actions.resource_type,
    actions.resource_id,
    resources.resource_name,
    actions.secondary_resource_type,
    actions.secondary_resource_id,
    secondary_resources.resource_name as secondary_resource_name,
    actions.connection_id,
    connections.connection_name,
    connections.destination_name,
    actions.old_values,
    actions.new_values,
    actions.changed_fields,
    {{ fivetran_logs.is_configuration_change('actions.action_category', 'actions.action_type') }} as is_configuration_change,
    actions.action_category in ('access_control', 'destination', 'account')
    or actions.action_type = 'delete' as is_sensitive,
    actions.log_source,
    actions.source_event_id,
    roles.role_name as actor_role,
    actions.action_category = 'access_control'
    and actions.action_type in ('create', 'edit')
    and (
        new_administrators.user_id is not null
        or coalesce({{ fivetran_logs.names_an_administrator('actions.new_values') }}, false)
        and coalesce(actions.resource_type, '') not in ('DESTINATION', 'CONNECTION', 'TEAM')
        and not coalesce({{ fivetran_logs.names_an_administrator('actions.old_values') }}, false)
    ) as is_new_admin
from actions
left join users on actions.user_id = users.id
left join connections on actions.connection_id = connections.connection_id
left join new_administrators
    on
        actions.resource_type = 'TEAM'
        and actions.resource_id = new_administrators.team_id
        and actions.secondary_resource_type = 'USER'
        and actions.secondary_resource_id = new_administrators.user_id
left join roles on actions.activity_id = roles.activity_id and roles.nearest_first = 1
left join resource_names as resources
    on actions.resource_type = resources.resource_type and actions.resource_id = resources.resource_id
left join resource_names as secondary_resources
    on
        actions.secondary_resource_type = secondary_resources.resource_type
        and actions.secondary_resource_id = secondary_resources.resource_id
