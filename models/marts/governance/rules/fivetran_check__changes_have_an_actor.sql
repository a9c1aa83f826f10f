-- Changes name who made them
--
-- Each change of configuration that the audit trail recorded in the period names a user, or was made by an API key or by
-- Fivetran itself. One row per thing that was changed.
--
-- Why it matters: A change that nobody made cannot be approved, asked about or taken back.
--
-- How to fix: Find out which integration made the change, and give it a user of its own.

with

changes as (

    select
        coalesce(secondary_resource_type, resource_type) as resource_type,
        coalesce(secondary_resource_id, resource_id) as resource_id,
        case when user_id is null and coalesce(interaction_method, '') not in ('API', 'SYSTEM') then 1 else 0 end as is_without_actor,
        occurred_at
    from {{ ref('int_fivetran_log__actions') }}
    where
        log_source = 'audit_trail'
        and occurred_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and occurred_at <= {{ fivetran_logs.as_of() }}
        and {{ fivetran_logs.is_configuration_change('action_category', 'action_type') }}

),

resources as (

    select
        resource_type,
        resource_id,
        sum(is_without_actor) as changes_without_actor,
        max(case when is_without_actor = 1 then occurred_at end) as last_changed_at
    from changes
    where resource_id is not null
    group by resource_type, resource_id

)

select
    resources.resource_type || ' ' || resources.resource_id as object_id,
    coalesce(names.resource_name, resources.resource_id) as object_name,
    resources.changes_without_actor > 0 as is_failing,
    {{ fivetran_logs.counted('resources.changes_without_actor', 'change') }} || ' without an actor, the last on '
    || {{ fivetran_logs.date_in_words('resources.last_changed_at') }} as problem
from resources
left join {{ ref('int_fivetran_log__resource_names') }} as names
    on resources.resource_type = names.resource_type and resources.resource_id = names.resource_id
