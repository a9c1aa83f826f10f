-- Audit trail and dashboard events as one list of actions. An actor is an e-mail before October 2025, a user id since, or the
-- literal Fivetran. Where both tell of one action the trail stays: it knows the method and the values.

with

users as (

    select
        id,
        lower(email) as email,
        -- an address can be invited anew: of several users the living one, then the newest, stands for it
        row_number() over (
            partition by lower(email)
            order by case when _fivetran_deleted then 1 else 0 end, created_at desc, id
        ) as rank_in_email
    from {{ ref('stg_fivetran_log__user') }}

),

trail as (

    select
        'audit_trail' as log_source,
        {{ dbt.hash("'audit_trail|' || coalesce(id, '~') || '|' || coalesce(cast(captured_at as " ~ dbt.type_string() ~ "), '~')") }} as activity_id,
        captured_at as occurred_at,
        user_id as actor,
        lower(action) as recorded_action,
        upper(interaction_method) as interaction_method,
        {{ fivetran_logs.resource_type_of('primary_resource_type') }} as resource_type,
        primary_resource_id as resource_id,
        {{ fivetran_logs.resource_type_of('secondary_resource_type') }} as secondary_resource_type,
        secondary_resource_id,
        old_values,
        new_values
    from {{ ref('stg_fivetran_log__audit_trail') }}
    where captured_at <= {{ fivetran_logs.as_of() }}

),

trail_actions as (

    select
        *,
        case
            when recorded_action = 'edit' and {{ fivetran_logs.regexp_found('lower(new_values)', "'\"paused\" *: *true'") }} then 'pause'
            when recorded_action = 'edit' and {{ fivetran_logs.regexp_found('lower(new_values)', "'\"paused\" *: *false'") }} then 'resume'
            else recorded_action
        end as action_type,
        case
            when resource_type = 'CONNECTION' then resource_id
            when secondary_resource_type = 'CONNECTION' then secondary_resource_id
        end as connection_id,
        {{ fivetran_logs.json_keys('coalesce(new_values, old_values)') }} as changed_fields
    from trail

),

dashboard_events as (

    select
        *,
        {{ dbt.split_part('message_event', "'_'", 1) }} as verb,
        replace(message_event, '_via_api', '') as plain_event
    from {{ ref('int_fivetran_log__events') }}
    where
        actor is not null
        and log_source = 'log'
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

log_actions as (

    select
        'log' as log_source,
        event_key as activity_id,
        occurred_at,
        actor,
        verb as recorded_action,
        case
            when message_event like '%_via_api' then 'API'
            when lower(actor) = 'fivetran' or message_event like '%_via_sync' then 'SYSTEM'
            else 'WEB_UI'
        end as interaction_method,
        case
            when connection_id is not null then 'CONNECTION'
            when plain_event like '%connect%' then 'CONNECTION'
            when plain_event like '%destination' then 'DESTINATION'
            when plain_event like '%user' then 'USER'
            when plain_event like '%team%' then 'TEAM'
            when plain_event like '%transformation%' then 'TRANSFORMATION'
            else 'ACCOUNT'
        end as resource_type,
        coalesce(connection_id, subject_id) as resource_id,
        cast(null as {{ dbt.type_string() }}) as secondary_resource_type,
        cast(null as {{ dbt.type_string() }}) as secondary_resource_id,
        old_properties as old_values,
        properties as new_values,
        case
            when plain_event like 'change_schema_config%' then 'schema_config'
            when plain_event like 'sync_%' then 'sync'
            when verb in ('resync', 'forced') then 'resync'
            when plain_event in ('connection_failure', 'connection_successful') then 'test'
            when plain_event = 'generate_api_secret' then 'generate_api_secret'
            else verb
        end as action_type,
        coalesce(connection_id, case when plain_event like '%connect%' then subject_id end) as connection_id,
        {{ fivetran_logs.json_keys('properties') }} as changed_fields
    from dashboard_events

),

log_actors as (

    select
        log_actions.activity_id,
        coalesce(by_id.id, by_email.id) as user_id
    from log_actions
    left join users as by_id on log_actions.actor = by_id.id
    left join users as by_email on lower(log_actions.actor) = by_email.email and by_email.rank_in_email = 1

),

told_twice as (

    select distinct log_actions.activity_id
    from log_actions
    inner join log_actors on log_actions.activity_id = log_actors.activity_id
    inner join trail_actions
        on
            coalesce(log_actors.user_id, trail_actions.actor, '') = coalesce(trail_actions.actor, '')
            and log_actions.action_type = trail_actions.action_type
            and log_actions.resource_type = coalesce(
                case when log_actions.resource_type = trail_actions.secondary_resource_type then trail_actions.secondary_resource_type end,
                trail_actions.resource_type
            )
            and log_actions.resource_id in (trail_actions.resource_id, trail_actions.secondary_resource_id)
            and abs({{ fivetran_logs.seconds_between('log_actions.occurred_at', 'trail_actions.occurred_at') }})
            <= 60 * {{ var('fivetran_logs_action_match_minutes') }}

),

actions as (

    select
        trail_actions.*,
        trail_actions.actor as user_id
    from trail_actions

    union all

    select
        log_actions.*,
        log_actors.user_id
    from log_actions
    left join log_actors on log_actions.activity_id = log_actors.activity_id
    left join told_twice on log_actions.activity_id = told_twice.activity_id
    where told_twice.activity_id is null

)

select
    *,
    {{ fivetran_logs.action_category_of('action_type', 'resource_type', 'secondary_resource_type') }} as action_category
from actions
