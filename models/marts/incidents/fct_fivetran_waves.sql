with

members as (

    select * from {{ ref('int_fivetran_log__incident_waves') }}

),

incidents as (

    select * from {{ ref('int_fivetran_log__incidents') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

waves as (

    select
        members.wave_id,
        members.scope_type,
        members.scope_id,
        members.error_category,
        members.wave_started_at as started_at,
        max(incidents.ended_at) as last_ended_at,
        max(case when incidents.is_open then 1 else 0 end) as has_open,
        count(*) as incidents,
        count(distinct incidents.connection_id) as connections,
        max(members.connections_in_scope) as connections_in_scope,
        max(members.share_of_scope) as share_of_scope,
        min(incidents.error_message) as error_message,
        max(connections.destination_name) as destination_name,
        max(connections.connector_name) as connector_name
    from members
    inner join incidents on members.incident_id = incidents.incident_id
    left join connections on incidents.connection_id = connections.connection_id
    group by
        members.wave_id,
        members.scope_type,
        members.scope_id,
        members.error_category,
        members.wave_started_at

)

select
    wave_id,
    scope_type,
    case when scope_type <> 'account' then scope_id end as scope_id,
    case when scope_type = 'destination' then destination_name end as destination_name,
    case when scope_type = 'connector_type' then connector_name end as connector_name,
    error_category,
    error_message,
    started_at,
    case when has_open = 0 then last_ended_at end as ended_at,
    has_open = 1 as is_open,
    {{ fivetran_logs.as_rows('incidents') }} as incidents,
    {{ fivetran_logs.as_rows('connections') }} as connections,
    {{ fivetran_logs.as_rows('connections_in_scope') }} as connections_in_scope,
    {{ fivetran_logs.as_double('share_of_scope') }} as share_of_scope,
    case when share_of_scope >= 0.5 then 'critical' else 'high' end as severity,
    {{ fivetran_logs.counted('connections', 'connection') }}
    || case scope_type
        when 'destination' then ' of the destination ' || coalesce(destination_name, scope_id)
        when 'connector_type' then ' of the type ' || coalesce(connector_name, scope_id)
        else ' of the account'
    end
    || ' began to fail together (' || replace(error_category, '_', ' ') || ').' as wave_summary
from waves
