{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Actions that can break a sync, and schema changes that do, as one list.

with

actions as (

    select
        actions.*,
        users.email,
        coalesce(
            case when actions.resource_type = 'DESTINATION' then actions.resource_id end,
            case when actions.secondary_resource_type = 'DESTINATION' then actions.secondary_resource_id end
        ) as destination_id,
        coalesce(
            case when actions.resource_type = 'USER' then actions.resource_id end,
            case when actions.secondary_resource_type = 'USER' then actions.secondary_resource_id end
        ) as changed_user_id,
        {{ fivetran_logs.change_kind() }} as change_kind
    from {{ ref('int_fivetran_log__actions') }} as actions
    left join {{ ref('stg_fivetran_log__user') }} as users on actions.user_id = users.id

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

schema_changes as (

    select * from {{ ref('int_fivetran_log__schema_changes') }}
    where caused_by_change_id is null and is_breaking

)

select
    actions.activity_id as change_id,
    actions.occurred_at as changed_at,
    actions.connection_id,
    case when actions.connection_id is null then actions.destination_id end as destination_id,
    actions.changed_user_id,
    case when actions.action_type = 'create' then connections.connector_type end as created_connector_type,
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as {{ dbt.type_string() }}) as column_name,
    case when actions.change_kind = 'selection' then lower(actions.new_values) end as selected,
    case when actions.changed_fields not like '%,%' then replace(lower(actions.changed_fields), '_', ' ') end as changed_field,
    actions.change_kind,
    coalesce(actions.interaction_method = 'SYSTEM' or lower(actions.actor) = 'fivetran', false) as is_by_fivetran,
    coalesce(actions.email, actions.actor) as actor,
    replace(actions.action_type, '_', ' ') || ' ' || lower(coalesce(actions.secondary_resource_type, actions.resource_type, ''))
    || coalesce(' (' || actions.changed_fields || ')', '') as what
from actions
left join connections on actions.connection_id = connections.connection_id
where actions.change_kind <> 'harmless'

union all

select
    change_id,
    change_detected_at as changed_at,
    connection_id,
    cast(null as {{ dbt.type_string() }}) as destination_id,
    cast(null as {{ dbt.type_string() }}) as changed_user_id,
    cast(null as {{ dbt.type_string() }}) as created_connector_type,
    lower(table_name) as table_name,
    lower(column_name) as column_name,
    cast(null as {{ dbt.type_string() }}) as selected,
    cast(null as {{ dbt.type_string() }}) as changed_field,
    'schema_change' as change_kind,
    false as is_by_fivetran,
    cast(null as {{ dbt.type_string() }}) as actor,
    change_level || ' ' || coalesce(table_name || coalesce('.' || column_name, ''), schema_name, '') || ' ' || replace(change_type, '_', ' ') as what
from schema_changes
