-- The nearest change in time is a lead, no verdict. A candidate is scored by how well its kind explains the error, and by how near to the
-- connection it was made; whatever a later success, an earlier failure or its author rules out is kept with its veto.

with

incidents as (

    select
        incidents.*,
        connections.destination_id,
        lag(incidents.started_at) over (
            partition by incidents.connection_id, incidents.error_fingerprint order by incidents.started_at, incidents.incident_id
        ) as same_error_before_at,
        {{ fivetran_logs.time_add('hour', '-' ~ var('fivetran_logs_cause_hours'), 'incidents.started_at') }} as earliest_at,
        -- the sync that fails of a schema change is the one that notices it, and metadata are written after it
        {{ fivetran_logs.time_add('minute', var('fivetran_logs_cause_notice_minutes'), 'incidents.started_at') }} as latest_noticed_at,
        {{ fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_cause_days'), 'incidents.started_at') }} as earliest_of_all_at
    from {{ ref('int_fivetran_log__incidents') }} as incidents
    left join {{ ref('int_fivetran_log__connections') }} as connections on incidents.connection_id = connections.connection_id
    where incidents.error_category is not null

),

actions as (

    select
        *,
        coalesce(
            case when resource_type = 'DESTINATION' then resource_id end,
            case when secondary_resource_type = 'DESTINATION' then secondary_resource_id end
        ) as destination_id,
        {{ fivetran_logs.change_kind() }} as change_kind
    from {{ ref('int_fivetran_log__actions') }}

),

changes as (

    select
        activity_id as change_id,
        occurred_at as changed_at,
        connection_id,
        case when connection_id is null then destination_id end as destination_id,
        cast(null as {{ dbt.type_string() }}) as table_name,
        cast(null as {{ dbt.type_string() }}) as column_name,
        change_kind,
        interaction_method = 'SYSTEM' or lower(coalesce(actor, '')) = 'fivetran' as is_by_fivetran,
        actor,
        replace(action_type, '_', ' ') || ' ' || lower(coalesce(secondary_resource_type, resource_type, ''))
        || coalesce(' (' || changed_fields || ')', '') as what
    from actions
    where change_kind <> 'harmless'

    union all

    select
        change_id,
        change_detected_at as changed_at,
        connection_id,
        cast(null as {{ dbt.type_string() }}) as destination_id,
        table_name,
        column_name,
        'schema_change' as change_kind,
        false as is_by_fivetran,
        cast(null as {{ dbt.type_string() }}) as actor,
        change_level || ' ' || coalesce(table_name || coalesce('.' || column_name, ''), schema_name, '') || ' ' || replace(change_type, '_', ' ') as what
    from {{ ref('int_fivetran_log__schema_changes') }}
    where caused_by_change_id is null and is_breaking

),

pairs as (

    select
        incidents.incident_id,
        incidents.connection_id,
        incidents.started_at,
        incidents.error_category,
        incidents.last_success_started_at,
        incidents.last_success_before_at,
        incidents.same_error_before_at,
        changes.change_id,
        changes.changed_at,
        changes.change_kind,
        changes.what,
        changes.actor,
        changes.is_by_fivetran,
        case
            when {{ dbt.position('lower(changes.column_name)', 'lower(incidents.error_message)') }} > 0
                and {{ dbt.position('lower(changes.table_name)', 'lower(incidents.error_message)') }} > 0 then 'column'
            when lower(changes.table_name) = lower(incidents.table_name) then 'table'
            when {{ dbt.position('lower(changes.table_name)', 'lower(incidents.error_message)') }} > 0 then 'table'
            when changes.connection_id is not null then 'connection'
            when changes.destination_id is not null then 'destination'
            else 'account'
        end as scope
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
            )

),

timed as (

    select
        *,
        greatest(0, {{ fivetran_logs.seconds_between('changed_at', 'started_at') }}) as seconds_before
    from pairs

),

scored as (

    select
        *,
        {{ fivetran_logs.mechanism_fit('error_category', 'change_kind') }} as mechanism_score,
        case scope when 'column' then 1.0 when 'table' then 0.95 when 'connection' then 0.9 when 'destination' then 0.7 else 0.5 end as scope_score,
        -- it halves with each six hours that no success explains: after a success the next sync is the first to meet the change
        case
            when changed_at >= last_success_started_at
                then 1.0 - 0.1 * seconds_before / greatest(1.0, {{ fivetran_logs.seconds_between('last_success_started_at', 'started_at') }})
            else power(0.5, seconds_before / (3600.0 * {{ var('fivetran_logs_cause_half_life_hours') }}))
        end as time_score,
        case
            when is_by_fivetran then 'Fivetran made it, as an answer to the failures.'
            when changed_at < last_success_started_at then 'A sync that began after it succeeded.'
            when same_error_before_at >= {{ fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_cause_days'), 'changed_at') }}
                and same_error_before_at < changed_at then 'The same error had occurred before it.'
        end as veto
    from timed

)

select
    incident_id,
    change_id,
    changed_at,
    change_kind,
    scope,
    what,
    actor,
    seconds_before / 60.0 as minutes_before,
    mechanism_score,
    scope_score,
    time_score,
    mechanism_score * scope_score * time_score as cause_score,
    veto,
    row_number() over (
        partition by incident_id
        order by case when veto is null then 0 else 1 end, mechanism_score * scope_score * time_score desc, changed_at desc, change_id
    ) as candidate_rank
from scored
