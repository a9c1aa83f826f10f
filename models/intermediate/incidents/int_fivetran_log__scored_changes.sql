{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Changes before an incident, scored by how well their kind explains the error, and by how near to the connection and in time they were
-- made, with what rules each out by itself.

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

incidents as (

    select
        incidents.*,
        connections.destination_id,
        connections.connector_type,
        connections.connecting_user_id,
        lower(incidents.error_message) as message,
        lower(coalesce(incidents.table_name, {{ fivetran_logs.table_named_in('incidents.error_message') }})) as named_table,
        {{ fivetran_logs.time_add('hour', '-' ~ var('fivetran_logs_cause_hours'), 'incidents.started_at') }} as earliest_at,
        -- the sync that fails of a schema change is the one that notices it, and metadata are written after it
        {{ fivetran_logs.time_add('minute', var('fivetran_logs_cause_notice_minutes'), 'incidents.started_at') }} as latest_noticed_at,
        {{ fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_cause_days'), 'incidents.started_at') }} as earliest_of_all_at
    from {{ ref('int_fivetran_log__incidents') }} as incidents
    left join connections on incidents.connection_id = connections.connection_id
    where incidents.error_category is not null

),

changes as (

    select * from {{ ref('int_fivetran_log__possible_causes') }}

),

pairs as (

    select
        incidents.incident_id,
        incidents.connection_id,
        incidents.destination_id,
        incidents.started_at,
        incidents.last_failed_at,
        incidents.error_category,
        incidents.error_fingerprint,
        incidents.last_success_started_at,
        changes.change_id,
        changes.changed_at,
        changes.what,
        changes.actor,
        changes.is_by_fivetran,
        case when changes.connection_id <> incidents.connection_id then 'sibling' else changes.change_kind end as change_kind,
        case
            when changes.connection_id <> incidents.connection_id then 'connector_type'
            when changes.change_kind = 'access'
                then case when changes.changed_user_id = incidents.connecting_user_id then 'user' else 'account' end
            when changes.connection_id is null then case when changes.destination_id is null then 'account' else 'destination' end
            when {{ dbt.position('changes.table_name', 'incidents.message') }} > 0
                then case when {{ dbt.position('changes.column_name', 'incidents.message') }} > 0 then 'column' else 'table' end
            when changes.table_name = incidents.named_table then 'table'
            when {{ dbt.position('incidents.named_table', 'changes.selected') }} > 0 then 'table'
            when {{ dbt.position('changes.changed_field', "replace(incidents.message, '_', ' ')") }} > 0 then 'field'
            else 'connection'
        end as scope,
        incidents.named_table is not null and coalesce(changes.table_name, changes.selected) is not null as names_tables
    from incidents
    inner join changes
        on
            changes.changed_at < case
                when changes.change_kind = 'schema_change' then incidents.latest_noticed_at
                else incidents.started_at
            end
            and changes.changed_at >= incidents.earliest_of_all_at
            and (changes.changed_at >= incidents.earliest_at or changes.changed_at >= incidents.last_success_before_at)
            and (
                changes.connection_id = incidents.connection_id
                or changes.connection_id is null and changes.destination_id = incidents.destination_id
                or changes.connection_id is null and changes.destination_id is null
                or incidents.error_category = 'rate_limit' and changes.created_connector_type = incidents.connector_type
            )

),

timed as (

    select
        *,
        {{ fivetran_logs.mechanism_fit('error_category', 'change_kind') }} as mechanism_score,
        {{ fivetran_logs.scope_fit('scope', 'error_category', 'change_kind') }} as scope_score,
        greatest(0, {{ fivetran_logs.seconds_between('changed_at', 'started_at') }}) as seconds_before,
        -- the calls of a day are used up some syncs after the change that made them more
        changed_at >= last_success_started_at
        or error_category = 'rate_limit'
        and {{ fivetran_logs.seconds_between('changed_at', 'started_at') }} <= 3600 * {{ var('fivetran_logs_cause_quota_hours') }}
            as is_next_to_meet_it
    from pairs

),

-- a destination that took in other data meanwhile was not broken
working_destinations as (

    select distinct
        timed.incident_id,
        timed.change_id
    from timed
    inner join connections on timed.destination_id = connections.destination_id and timed.connection_id <> connections.connection_id
    inner join {{ ref('int_fivetran_log__syncs') }} as syncs
        on
            connections.connection_id = syncs.connection_id
            and timed.changed_at < syncs.sync_started_at
            and {{ fivetran_logs.time_add('hour', var('fivetran_logs_wave_hours'), 'timed.last_failed_at') }} >= syncs.sync_at
    where timed.scope = 'destination' and timed.mechanism_score > 0 and syncs.is_successful = 1

)

select
    timed.*,
    -- it halves with each six hours that no success explains: after a success the next sync is the first to meet the change
    case
        when timed.is_next_to_meet_it
            then 1.0 - 0.1 * least(1.0, timed.seconds_before / greatest(
                1.0, coalesce({{ fivetran_logs.seconds_between('timed.last_success_started_at', 'timed.started_at') }}, timed.seconds_before)
            ))
        else power(0.5, timed.seconds_before / (3600.0 * {{ var('fivetran_logs_cause_half_life_hours') }}))
    end as time_score,
    case
        when timed.is_by_fivetran then 'Fivetran made it, as an answer to the failures.'
        when timed.changed_at < timed.last_success_started_at and not timed.is_next_to_meet_it then 'A sync that began after it succeeded.'
        when working_destinations.change_id is not null then 'Other connections of the destination went on loading after it.'
        when timed.names_tables and timed.scope = 'connection' then 'The error names another table.'
    end as own_veto
from timed
left join working_destinations
    on
        timed.incident_id = working_destinations.incident_id
        and timed.change_id = working_destinations.change_id
