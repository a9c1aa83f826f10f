{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Log events that name an actor, in the columns of actions.

with

dashboard_events as (

    select
        *,
        {{ fivetran_logs.text_part('message_event', "'_'", 1) }} as verb,
        replace(message_event, '_via_api', '') as plain_event
    from {{ ref('int_fivetran_log__events') }}
    where
        actor is not null
        and log_source = 'log'

),

with_fields as (

    {{ fivetran_logs.with_json_keys('dashboard_events', 'old_properties', 'properties', 'changed_fields') }}

),

log_actions as (

    select
        'log' as log_source,
        event_key as activity_id,
        source_event_id,
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
        {{ fivetran_logs.without_secrets('old_properties') }} as old_values,
        {{ fivetran_logs.without_secrets('properties') }} as new_values,
        changed_fields,
        case
            when plain_event like 'change_schema_config%' then 'schema_config'
            when plain_event like 'sync_%' then 'sync'
            when verb in ('resync', 'forced') then 'resync'
            when plain_event in ('connection_failure', 'connection_successful') then 'test'
            when plain_event = 'generate_api_secret' then 'generate_api_secret'
            else verb
        end as action_type,
        coalesce(connection_id, case when plain_event like '%connect%' then subject_id end) as connection_id
    from with_fields

)

select * from log_actions
