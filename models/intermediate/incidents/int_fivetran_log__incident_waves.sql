-- Incidents of one category that begin together have one cause, and it is in none of their connections, if hardly any other connection worked
-- meanwhile. It lies where those that failed and those that tried are most nearly the same: a destination that is down fails all its own
-- connections and no others.

{%- set scopes = {'destination': 'destination_id', 'connector_type': 'connector_type', 'account': "'account'"} %}

with

clusters as (

    select
        *,
        {{ fivetran_logs.hash_of(['scope_type', 'scope_id', 'error_category', fivetran_logs.microseconds('wave_started_at')]) }} as wave_id,
        -- how many would begin within such a time by chance, going by all the other incidents of the scope
        (incidents_in_scope - incidents_of_cluster)
        * ({{ fivetran_logs.seconds_between('wave_started_at', 'last_started_at') }} / 3600.0 + {{ var('fivetran_logs_wave_hours') }})
        / greatest(168.0, {{ fivetran_logs.seconds_between('first_started_at', fivetran_logs.as_of()) }} / 3600.0) as usual_incidents,
        max(case when scope_type = 'account' then connections_of_cluster end) over (partition by incident_id) as connections_of_account
    from {{ ref('int_fivetran_log__incident_clusters') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

scoped_connections as (

    {%- for scope_type, scope_id in scopes.items() %}
    select
        connection_id,
        not is_deleted and not is_paused as is_active,
        '{{ scope_type }}' as scope_type,
        {{ scope_id }} as scope_id
    from connections
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

scope_sizes as (

    select
        scope_type,
        scope_id,
        count(*) as connections_in_scope
    from scoped_connections
    where is_active
    group by scope_type, scope_id

),

large_clusters as (

    select distinct
        wave_id,
        scope_type,
        scope_id,
        wave_started_at,
        last_started_at
    from clusters
    where connections_of_cluster >= {{ var('fivetran_logs_wave_connections') }} and connections_of_cluster >= 5 * usual_incidents

),

-- those of the scope that synced while others began to fail
working as (

    select
        large_clusters.wave_id,
        count(distinct syncs.connection_id) as connections_working
    from large_clusters
    inner join scoped_connections
        on
            large_clusters.scope_type = scoped_connections.scope_type
            and large_clusters.scope_id = scoped_connections.scope_id
    inner join {{ ref('int_fivetran_log__syncs') }} as syncs
        on
            scoped_connections.connection_id = syncs.connection_id
            and large_clusters.wave_started_at <= syncs.sync_started_at
            and large_clusters.last_started_at >= syncs.sync_started_at
    left join clusters
        on
            large_clusters.wave_id = clusters.wave_id
            and syncs.connection_id = clusters.connection_id
    where syncs.is_successful = 1 and clusters.wave_id is null
    group by large_clusters.wave_id

),

-- twice the connections that failed there, by all that failed and all that tried there
choices as (

    select
        clusters.*,
        row_number() over (
            partition by clusters.incident_id
            order by
                2.0 * clusters.connections_of_cluster
                / (clusters.connections_of_account + clusters.connections_of_cluster + coalesce(working.connections_working, 0)) desc,
                clusters.scope_order
        ) as nearest_first
    from clusters
    inner join large_clusters on clusters.wave_id = large_clusters.wave_id
    left join working on clusters.wave_id = working.wave_id
    where 2 * coalesce(working.connections_working, 0) <= clusters.connections_of_cluster

),

-- what lies elsewhere leaves no wave of those that are left over
waves as (

    select wave_id
    from choices
    where nearest_first = 1
    group by wave_id
    having count(distinct connection_id) >= {{ var('fivetran_logs_wave_connections') }}

)

select
    choices.incident_id,
    choices.wave_id,
    choices.scope_type,
    choices.scope_id,
    choices.error_category,
    choices.wave_started_at,
    scope_sizes.connections_in_scope,
    {{ fivetran_logs.as_double('choices.connections_of_cluster') }}
    / greatest(choices.connections_of_cluster, coalesce(scope_sizes.connections_in_scope, 0)) as share_of_scope
from choices
inner join waves on choices.wave_id = waves.wave_id
left join scope_sizes
    on
        choices.scope_type = scope_sizes.scope_type
        and choices.scope_id = scope_sizes.scope_id
where choices.nearest_first = 1
