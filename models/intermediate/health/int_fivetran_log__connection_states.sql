-- The source says what a connection is now; the log and the audit trail say when it was paused, resumed and deleted. Together they
-- give its state on a past day: that of the last action before it, else the opposite of the first one after it, else today's. The
-- day of as-of is such a past day too if there are actions after it; otherwise the source knows better than a log with gaps.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

known_until as (

    select * from {{ ref('int_fivetran_log__known_until') }}

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
        occurred_at is not null
        and (is_paused_by_it is not null or action_type = 'delete')
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

-- events after as-of are there when as-of lies in the past: who still gave signs of life then was not deleted yet
signs_of_life as (

    select
        connection_id,
        last_event_at as seen_at
    from {{ ref('int_fivetran_log__sync_days') }}

    union all

    select
        connection_id,
        occurred_at as seen_at
    from {{ ref('int_fivetran_log__events') }}
    where occurred_at > {{ fivetran_logs.as_of() }}

),

last_signs as (

    select
        connection_id,
        max(seen_at) as seen_at
    from signs_of_life
    group by connection_id

),

-- where nobody recorded the deletion: after the last sign of life, and before the source's row arrived as that of a deleted one
deleted_connections as (

    select
        connections.connection_id,
        coalesce(
            deletions.deleted_at,
            least(
                coalesce(last_signs.seen_at, connections.set_up_at, connections.row_arrived_at),
                coalesce(connections.row_arrived_at, last_signs.seen_at, connections.set_up_at)
            ),
            cast('{{ fivetran_logs.before_all_days() }}' as {{ fivetran_logs.type_utc_timestamp() }})
        ) as deleted_at
    from connections
    left join deletions on connections.connection_id = deletions.connection_id
    left join last_signs on connections.connection_id = last_signs.connection_id
    where connections.is_deleted

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
    -- what one engine's least() makes of a missing value is not what another's does
    case when known_until.known_until_at is not null then least(known_until.known_until_at, calendar.as_of_at) end as known_until_at,
    least(coalesce(known_until.known_until_at, calendar.as_of_at), calendar.as_of_at) as judged_at,
    connections.expected_every_minutes,
    connections.sync_frequency_minutes,
    connections.set_up_at,
    case
        when switches.next_at is not null or not calendar.is_latest and switches.connection_id is not null then switches.is_paused_by_it
        when switches.connection_id is null and first_switch.connection_id is not null then not first_switch.is_paused_by_it
        else connections.is_paused
    end as is_paused,
    case when switches.is_paused_by_it then switches.occurred_at end as paused_at,
    coalesce(deleted_connections.deleted_at <= calendar.as_of_at, false) as is_deleted
from connections
cross join calendar
left join known_until on connections.platform_schema = known_until.platform_schema
left join deleted_connections on connections.connection_id = deleted_connections.connection_id
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
