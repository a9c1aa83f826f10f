-- The source says what a connection is now; the log and the audit trail say when it was paused, resumed and deleted. Together they
-- give its state on a past day: that of the last action before it, else the opposite of the first one after it, else today's.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

calendar as (

    select * from {{ ref('int_fivetran_log__calendar') }}

),

actions as (

    select
        connection_id,
        activity_id,
        action_type,
        is_paused_by_it,
        occurred_at
    from {{ ref('int_fivetran_log__actions') }}
    where
        (is_paused_by_it is not null or action_type = 'delete')
        -- of two resources the second is acted upon, the first contains it
        and coalesce(secondary_resource_type, resource_type) = 'CONNECTION'

),

deletions as (

    select
        connection_id,
        max(occurred_at) as deleted_at
    from actions
    where action_type = 'delete'
    group by connection_id

),

switches as (

    select
        connection_id,
        occurred_at,
        is_paused_by_it,
        lead(occurred_at) over (partition by connection_id order by occurred_at, activity_id) as next_at,
        row_number() over (partition by connection_id order by occurred_at, activity_id) as switch_number
    from actions
    where is_paused_by_it is not null

)

select
    connections.connection_id,
    calendar.report_date,
    calendar.as_of_at,
    calendar.is_latest,
    connections.sync_frequency_minutes,
    connections.set_up_at,
    case
        when calendar.is_latest then connections.is_paused
        when switches.is_paused_by_it is not null then switches.is_paused_by_it
        when first_switch.is_paused_by_it is not null then not first_switch.is_paused_by_it
        else connections.is_paused
    end as is_paused,
    -- a deleted row's last arrival is the latest moment it can have been deleted
    connections.is_deleted
    and (calendar.is_latest or calendar.as_of_at >= coalesce(deletions.deleted_at, connections.row_arrived_at)) as is_deleted
from connections
cross join calendar
left join deletions on connections.connection_id = deletions.connection_id
left join switches
    on
        connections.connection_id = switches.connection_id
        and switches.occurred_at <= calendar.as_of_at
        and (switches.next_at is null or switches.next_at > calendar.as_of_at)
left join switches as first_switch
    on connections.connection_id = first_switch.connection_id and first_switch.switch_number = 1
where
    connections.set_up_at is null
    or connections.set_up_at <= calendar.as_of_at
