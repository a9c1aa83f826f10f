-- Production is changed in working hours
--
-- In the period no user changed the configuration of a production connection at night or at the weekend, UTC. One row
-- per connection that was changed.
--
-- Why it matters: Changes outside working hours have no second pair of eyes and are a usual sign of a stolen account.
--
-- How to fix: Ask the person. Move the change into working hours, or write an exception with the reason.

with

changes as (

    select
        connections.connection_id,
        connections.connection_name,
        case
            when
                extract(hour from actions.occurred_at) < {{ var('fivetran_logs_check_work_begins') }}
                or extract(hour from actions.occurred_at) >= {{ var('fivetran_logs_check_work_ends') }}
                -- 1970-01-05 was a Monday
                or mod({{ dbt.datediff("cast('1970-01-05' as date)", 'actions.occurred_at', 'day') | trim }}, 7) > 4
                then 1
            else 0
        end as is_off_hours,
        actions.occurred_at
    from {{ ref('int_fivetran_log__actions') }} as actions
    inner join {{ ref('int_fivetran_log__connections') }} as connections on actions.connection_id = connections.connection_id
    where
        actions.user_id is not null
        and lower(connections.environment) = lower('{{ var('fivetran_logs_check_production') }}')
        and actions.occurred_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and actions.occurred_at <= {{ fivetran_logs.as_of() }}
        and {{ fivetran_logs.is_configuration_change('actions.action_category', 'actions.action_type') }}

),

connections as (

    select
        connection_id,
        connection_name,
        sum(is_off_hours) as off_hours_changes,
        max(case when is_off_hours = 1 then occurred_at end) as last_changed_at
    from changes
    group by connection_id, connection_name

)

select
    connection_id as object_id,
    connection_name as object_name,
    off_hours_changes > 0 as is_failing,
    {{ fivetran_logs.counted('off_hours_changes', 'change') }} || ' outside working hours, the last on '
    || {{ fivetran_logs.date_in_words('last_changed_at') }} as problem
from connections
