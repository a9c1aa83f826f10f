-- Audit trail and dashboard events as one list of actions. An actor is an e-mail before October 2025, a user id since then, or the
-- literal Fivetran. If both record the same action, the trail's row stays, because it has the method and the values. Actions after
-- as-of are included, because they show an earlier state.

with

users as (

    select
        id,
        lower(email) as email,
        -- an address can be invited again: of several users with it, the active one counts, then the newest
        row_number() over (
            partition by lower(email)
            order by case when _fivetran_deleted then 1 else 0 end, created_at desc nulls last, id
        ) as rank_in_email
    from {{ ref('stg_fivetran_log__user') }}

),

trail_actions as (

    select * from {{ ref('int_fivetran_log__trail_actions') }}

),

log_actions as (

    select * from {{ ref('int_fivetran_log__dashboard_actions') }}

),

log_actors as (

    select
        log_actions.activity_id,
        -- the id of a user who is no longer listed is still an id
        coalesce(
            by_id.id,
            by_email.id,
            case when log_actions.actor not like '%@%' and lower(log_actions.actor) <> 'fivetran' then log_actions.actor end
        ) as user_id
    from log_actions
    left join users as by_id on log_actions.actor = by_id.id
    left join users as by_email on lower(log_actions.actor) = by_email.email and by_email.rank_in_email = 1

),

recorded_twice as (

    select distinct log_actions.activity_id
    from log_actions
    inner join log_actors on log_actions.activity_id = log_actors.activity_id
    inner join trail_actions
        on
            (
                log_actors.user_id = trail_actions.actor
                or trail_actions.actor is null and log_actors.user_id is null
                -- an address without a user may belong to any user, but an action of Fivetran is not a user's
                or log_actors.user_id is null and lower(log_actions.actor) <> 'fivetran'
            )
            and log_actions.action_type = trail_actions.action_type
            and log_actions.resource_type = coalesce(
                case when log_actions.resource_type = trail_actions.secondary_resource_type then trail_actions.secondary_resource_type end,
                trail_actions.resource_type
            )
            and (
                log_actions.resource_id in (trail_actions.resource_id, trail_actions.secondary_resource_id)
                -- account events can lack an id: then the type of the resource and the actor must agree
                or log_actions.resource_id is null
                and log_actions.resource_type = coalesce(trail_actions.secondary_resource_type, trail_actions.resource_type)
                and (log_actors.user_id is not null or trail_actions.actor is null)
            )
            and (trail_actions.occurred_at <= {{ fivetran_logs.as_of() }} or log_actions.occurred_at > {{ fivetran_logs.as_of() }})
            and abs({{ fivetran_logs.seconds_between('log_actions.occurred_at', 'trail_actions.occurred_at') }})
            <= 60 * {{ var('fivetran_logs_action_match_minutes') }}

),

actions as (

    select
        trail_actions.*,
        trail_actions.actor as user_id
    from trail_actions

    union all

    select
        log_actions.*,
        log_actors.user_id
    from log_actions
    left join log_actors on log_actions.activity_id = log_actors.activity_id
    left join recorded_twice on log_actions.activity_id = recorded_twice.activity_id
    where recorded_twice.activity_id is null

)

select
    *,
    case
        when action_type = 'pause' then true
        when action_type = 'resume' then false
        -- an edit of several fields can still pause a connection, and some logs record no other event
        when recorded_action not in ('create', 'edit') then null
        when {{ fivetran_logs.says_paused('new_values', 'true') }} then true
        when {{ fivetran_logs.says_paused('new_values', 'false') }} then false
    end as is_paused_by_it,
    {{ fivetran_logs.action_category_of('action_type', 'resource_type', 'secondary_resource_type') }} as action_category
from actions
