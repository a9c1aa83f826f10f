with

actions as (

    select * from {{ ref('int_fivetran_log__named_actions') }}

),

sessions as (

    select * from {{ ref('int_fivetran_log__action_sessions') }}

),

stories as (

    select * from {{ ref('int_fivetran_log__session_stories') }}

),

habits as (

    select * from {{ ref('int_fivetran_log__action_habits') }}

)

select
    actions.activity_id,
    actions.occurred_at,
    actions.activity_date,
    actions.user_id,
    actions.user_email,
    actions.user_name,
    actions.actor_type,
    actions.action_type,
    actions.action_category,
    actions.interaction_method,
    actions.resource_type,
    actions.resource_id,
    actions.resource_name,
    actions.secondary_resource_type,
    actions.secondary_resource_id,
    actions.secondary_resource_name,
    actions.connection_id,
    actions.connection_name,
    actions.destination_name,
    actions.old_values,
    actions.new_values,
    actions.changed_fields,
    actions.is_configuration_change,
    actions.is_sensitive,
    actions.log_source,
    actions.source_event_id,
    actions.actor_role,
    sessions.session_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_actions,
    stories.session_story,
    habits.is_unusual_hour,
    habits.is_first_time_action,
    actions.is_new_admin,
    coalesce(sessions.is_mass_deletion, false) as is_mass_deletion
from actions
left join sessions on actions.activity_id = sessions.activity_id
left join stories on sessions.session_id = stories.session_id
left join habits on actions.activity_id = habits.activity_id
