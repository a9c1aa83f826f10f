{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The audit trail in the columns of actions. An edit that changes only `paused` is a pause or a resume. An edit that changes more
-- stays an edit, so that its other changes are not hidden.

with

trail as (

    select
        'audit_trail' as log_source,
        {{ fivetran_logs.hash_of(["'audit_trail'", 'id', fivetran_logs.microseconds('captured_at')]) }} as activity_id,
        id as source_event_id,
        captured_at as occurred_at,
        user_id as actor,
        lower(action) as recorded_action,
        upper(interaction_method) as interaction_method,
        {{ fivetran_logs.resource_type_of('primary_resource_type') }} as resource_type,
        primary_resource_id as resource_id,
        {{ fivetran_logs.resource_type_of('secondary_resource_type') }} as secondary_resource_type,
        secondary_resource_id,
        {{ fivetran_logs.without_secrets(fivetran_logs.json_text('old_values')) }} as old_values,
        {{ fivetran_logs.without_secrets(fivetran_logs.json_text('new_values')) }} as new_values
    from {{ ref('stg_fivetran_log__audit_trail') }}

),

with_fields as (

    {{ fivetran_logs.with_json_keys('trail', 'old_values', 'new_values', 'changed_fields') }}

),

trail_actions as (

    select
        *,
        case
            -- null if the fields are unknown because the values were cut short
            when lower(changed_fields) <> 'paused' then recorded_action
            when recorded_action = 'edit' and {{ fivetran_logs.says_paused('new_values', 'true') }} then 'pause'
            when recorded_action = 'edit' and {{ fivetran_logs.says_paused('new_values', 'false') }} then 'resume'
            else recorded_action
        end as action_type,
        case
            when resource_type = 'CONNECTION' then resource_id
            when secondary_resource_type = 'CONNECTION' then secondary_resource_id
        end as connection_id
    from with_fields

)

select * from trail_actions
