-- Breaking schema changes are answered
--
-- After each breaking schema change of the period somebody edited the connection or its schema, or started a re-sync,
-- within `fivetran_logs_check_answer_days`. Changes younger than that are not looked at yet. One row per connection.
--
-- Why it matters: A dropped or retyped column makes every figure built on it wrong until somebody looks.
--
-- How to fix: Look at the change in `fct_fivetran_schema_change_history`, and adapt the schema configuration or what
-- reads the table.

with

answered as (

    select
        changes.change_id,
        changes.connection_id,
        max(case when actions.connection_id is not null then 1 else 0 end) as is_answered
    from {{ ref('int_fivetran_log__schema_changes') }} as changes
    left join {{ ref('int_fivetran_log__actions') }} as actions
        on
            changes.connection_id = actions.connection_id
            and actions.action_type in ('schema_config', 'resync', 'edit', 'pause', 'delete')
            and actions.occurred_at >= changes.change_detected_at
            and actions.occurred_at
            <= {{ fivetran_logs.time_add('day', var('fivetran_logs_check_answer_days'), 'changes.change_detected_at') }}
    where
        changes.is_breaking
        and changes.caused_by_change_id is null
        and changes.change_detected_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and changes.change_detected_at <= {{ fivetran_logs.days_ago(var('fivetran_logs_check_answer_days')) }}
    group by changes.change_id, changes.connection_id

),

counted as (

    select
        connection_id,
        count(*) as breaking_changes,
        sum(1 - is_answered) as unanswered
    from answered
    group by connection_id

)

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    counted.unanswered > 0 as is_failing,
    {{ fivetran_logs.count_in_words('counted.unanswered') }} || ' of '
    || {{ fivetran_logs.counted('counted.breaking_changes', 'breaking change') }} || ' unanswered' as problem
from counted
inner join {{ ref('int_fivetran_log__connections') }} as connections on counted.connection_id = connections.connection_id
