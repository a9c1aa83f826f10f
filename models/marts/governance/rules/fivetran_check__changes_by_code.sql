-- Production is changed by code
--
-- Of the changes that users made to production connections in the period, the share made by the API or Terraform is
-- large enough. If it is, all connections pass; if not, those with changes by hand do not. One row per connection that
-- was changed.
--
-- Why it matters: Code is reviewed before it runs and says afterwards what was changed; a click is neither.
--
-- How to fix: Manage production connections with Terraform or the API.

with

changes as (

    select
        connections.connection_id,
        connections.connection_name,
        case when actions.interaction_method = 'WEB_UI' then 1 else 0 end as is_by_hand,
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
        count(*) as changes,
        sum(is_by_hand) as changes_by_hand
    from changes
    group by connection_id, connection_name

),

shares as (

    select
        *,
        1.0 - 1.0 * sum(changes_by_hand) over () / sum(changes) over () as share_by_code
    from connections

)

select
    connection_id as object_id,
    connection_name as object_name,
    share_by_code < {{ var('fivetran_logs_check_share_by_code') }} and changes_by_hand > 0 as is_failing,
    {{ fivetran_logs.counted('changes_by_hand', 'change') }} || ' by hand; ' || {{ fivetran_logs.percent_in_words('share_by_code') }}
    || ' of all production changes were by code' as problem
from shares
