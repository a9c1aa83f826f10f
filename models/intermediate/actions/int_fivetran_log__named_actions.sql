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

located as (

    select
        actions.*,
        connections.connection_name,
        connections.destination_name,
        coalesce(
            connections.destination_id,
            case when actions.resource_type = 'DESTINATION' then actions.resource_id end,
            case when actions.secondary_resource_type = 'DESTINATION' then actions.secondary_resource_id end
        ) as destination_id
    from actions
    left join connections on actions.connection_id = connections.connection_id

),

-- many actions are of one person in one place
places as (

    select distinct
        user_id,
        coalesce(connection_id, '') as connection_id,
        coalesce(destination_id, '') as destination_id
    from located
    where user_id is not null

),

-- the role nearest to what the action is about
roles as (

    select
        places.user_id,
        places.connection_id,
        places.destination_id,
        access_grants.role_name,
        row_number() over (
            partition by places.user_id, places.connection_id, places.destination_id
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
    located.activity_id,
    located.occurred_at,
    cast(located.occurred_at as date) as activity_date,
    located.user_id,
    case
        when lower(located.actor) = 'fivetran' or (located.user_id is null and located.interaction_method = 'SYSTEM') then null
        else lower(coalesce(users.email, located.user_id, located.actor))
    end as person,
    -- an actor who is no longer listed is shown as in the log, if that is an address
    coalesce(users.email, case when located.actor like '%@%' then located.actor end) as user_email,
    nullif(trim(coalesce(users.given_name, '') || ' ' || coalesce(users.family_name, '')), '') as user_name,
    case
        when lower(located.actor) = 'fivetran' or (located.user_id is null and located.interaction_method = 'SYSTEM') then 'fivetran'
        when located.interaction_method = 'API' then 'api'
        else 'user'
    end as actor_type,
    located.action_type,
    located.action_category,
    located.interaction_method,
    located.resource_type,
    located.resource_id,
    resources.resource_name,
    located.secondary_resource_type,
    located.secondary_resource_id,
    secondary_resources.resource_name as secondary_resource_name,
    located.connection_id,
    located.connection_name,
    located.destination_id,
    located.destination_name,
    located.old_values,
    located.new_values,
    located.changed_fields,
    {{ fivetran_logs.is_configuration_change('located.action_category', 'located.action_type') }} as is_configuration_change,
    located.action_category in ('access_control', 'destination', 'account')
    or located.action_type = 'delete' as is_sensitive,
    located.log_source,
    located.source_event_id,
    roles.role_name as actor_role,
    case
        when located.action_category = 'access_control' and located.action_type in ('create', 'edit')
            then
                case
                    when new_administrators.user_id is not null then true
                    when located.resource_type in ('DESTINATION', 'CONNECTION', 'TEAM') then false
                    else
                        coalesce({{ fivetran_logs.names_an_administrator('located.new_values') }}, false)
                        and not coalesce({{ fivetran_logs.names_an_administrator('located.old_values') }}, false)
                end
        else false
    end as is_new_admin
from located
left join users on located.user_id = users.id
left join new_administrators
    on
        located.resource_type = 'TEAM'
        and located.resource_id = new_administrators.team_id
        and located.secondary_resource_type = 'USER'
        and located.secondary_resource_id = new_administrators.user_id
left join roles
    on
        located.user_id = roles.user_id
        and coalesce(located.connection_id, '') = roles.connection_id
        and coalesce(located.destination_id, '') = roles.destination_id
        and roles.nearest_first = 1
left join resource_names as resources
    on located.resource_type = resources.resource_type and located.resource_id = resources.resource_id
left join resource_names as secondary_resources
    on
        located.secondary_resource_type = secondary_resources.resource_type
        and located.secondary_resource_id = secondary_resources.resource_id
