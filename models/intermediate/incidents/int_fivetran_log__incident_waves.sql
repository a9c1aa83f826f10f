-- Incidents of one category that begin together have one cause, and it is in none of their connections. Where they do is the scope
-- of which the wave took the largest share: a destination that is down fails its own connections and no others.

{%- set scopes = {'destination': 'connections.destination_id', 'connector_type': 'connections.connector_type', 'account': "'account'"} %}

with

incidents as (

    select * from {{ ref('int_fivetran_log__incidents') }}
    where error_category is not null

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

scope_sizes as (

    {%- for scope_type, scope_id in scopes.items() %}
    select
        '{{ scope_type }}' as scope_type,
        {{ scope_id }} as scope_id,
        count(*) as connections_in_scope
    from connections
    where not is_deleted and not is_paused
    group by 1, 2
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

scoped as (

    {%- for scope_type, scope_id in scopes.items() %}
    select
        incidents.incident_id,
        incidents.connection_id,
        incidents.error_category,
        incidents.started_at,
        '{{ scope_type }}' as scope_type,
        {{ loop.index }} as scope_order,
        {{ scope_id }} as scope_id
    from incidents
    inner join connections on incidents.connection_id = connections.connection_id
    where {{ scope_id }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

followed as (

    select
        *,
        lag(started_at) over (partition by scope_type, scope_id, error_category order by started_at, incident_id) as previous_started_at,
        min(started_at) over () as first_started_at,
        count(*) over (partition by scope_type, scope_id, error_category) as incidents_in_scope
    from scoped

),

clusters as (

    select
        *,
        sum(
            case
                when {{ fivetran_logs.seconds_between('previous_started_at', 'started_at') }} <= 3600 * {{ var('fivetran_logs_wave_hours') }} then 0
                else 1
            end
        ) over (
            partition by scope_type, scope_id, error_category
            order by started_at, incident_id rows between unbounded preceding and current row
        ) as cluster_number
    from followed

),

numbered as (

    select
        *,
        dense_rank() over (partition by scope_type, scope_id, error_category, cluster_number order by connection_id) as connection_number
    from clusters

),

measured as (

    select
        *,
        max(connection_number) over (partition by scope_type, scope_id, error_category, cluster_number) as connections_of_cluster,
        count(*) over (partition by scope_type, scope_id, error_category, cluster_number) as incidents_of_cluster,
        min(started_at) over (partition by scope_type, scope_id, error_category, cluster_number) as wave_started_at,
        max(started_at) over (partition by scope_type, scope_id, error_category, cluster_number) as last_started_at
    from numbered

),

-- how many would begin within such a time by chance, going by all the other incidents of the scope
expected as (

    select
        measured.*,
        scope_sizes.connections_in_scope,
        (measured.incidents_in_scope - measured.incidents_of_cluster)
        * ({{ fivetran_logs.seconds_between('measured.wave_started_at', 'measured.last_started_at') }} / 3600.0 + {{ var('fivetran_logs_wave_hours') }})
        / greatest(168.0, {{ fivetran_logs.seconds_between('measured.first_started_at', fivetran_logs.as_of()) }} / 3600.0) as usual_incidents
    from measured
    left join scope_sizes
        on
            measured.scope_type = scope_sizes.scope_type
            and measured.scope_id = scope_sizes.scope_id

),

choices as (

    select
        *,
        {{ fivetran_logs.as_double('connections_of_cluster * 1.0 / greatest(connections_of_cluster, coalesce(connections_in_scope, 0))') }}
            as share_of_scope,
        row_number() over (
            partition by incident_id
            order by connections_of_cluster * 1.0 / greatest(connections_of_cluster, coalesce(connections_in_scope, 0)) desc, scope_order
        ) as widest_first
    from expected
    where
        connections_of_cluster >= {{ var('fivetran_logs_wave_connections') }}
        and connections_of_cluster >= 5 * usual_incidents

)

select
    incident_id,
    {{ fivetran_logs.hash_of(['scope_type', 'scope_id', 'error_category', fivetran_logs.microseconds('wave_started_at')]) }} as wave_id,
    scope_type,
    scope_id,
    error_category,
    wave_started_at,
    connections_in_scope,
    share_of_scope
from choices
where widest_first = 1
