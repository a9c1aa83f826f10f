{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Incidents of one category that begin together, in each of three scopes: whether such a cluster is a wave is judged by its reader.

{%- set scopes = {'destination': 'destination_id', 'connector_type': 'connector_type', 'account': "'account'"} %}
{%- set cluster = 'partition by scope_type, scope_id, error_category, cluster_number' %}

with

incidents as (

    select
        *,
        -- an outage also meets the connections that sync seldom, as long as others fail of it
        greatest(
            {{ fivetran_logs.time_add('hour', var('fivetran_logs_wave_hours'), 'started_at') }},
            least(
                coalesce(ended_at, {{ fivetran_logs.as_of() }}),
                {{ fivetran_logs.time_add('hour', var('fivetran_logs_wave_longest_hours'), 'started_at') }}
            )
        ) as joined_until
    from {{ ref('int_fivetran_log__incidents') }}
    where error_category is not null

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

scoped as (

    {%- for scope_type, scope_id in scopes.items() %}
    select
        incidents.incident_id,
        incidents.connection_id,
        incidents.error_category,
        incidents.started_at,
        incidents.joined_until,
        '{{ scope_type }}' as scope_type,
        {{ loop.index }} as scope_order,
        {{ scope_id if scope_type == 'account' else 'connections.' ~ scope_id }} as scope_id
    from incidents
    inner join connections on incidents.connection_id = connections.connection_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

followed as (

    select
        *,
        max(joined_until) over (
            partition by scope_type, scope_id, error_category
            order by started_at, incident_id rows between unbounded preceding and 1 preceding
        ) as previous_joined_until,
        min(started_at) over () as first_started_at,
        count(*) over (partition by scope_type, scope_id, error_category) as incidents_in_scope
    from scoped
    where scope_id is not null

),

clusters as (

    select
        *,
        sum(case when started_at <= previous_joined_until then 0 else 1 end) over (
            partition by scope_type, scope_id, error_category
            order by started_at, incident_id rows between unbounded preceding and current row
        ) as cluster_number
    from followed

),

numbered as (

    select
        *,
        dense_rank() over ({{ cluster }} order by connection_id) as connection_number
    from clusters

)

select
    incident_id,
    connection_id,
    error_category,
    started_at,
    scope_type,
    scope_order,
    scope_id,
    cluster_number,
    first_started_at,
    incidents_in_scope,
    max(connection_number) over ({{ cluster }}) as connections_of_cluster,
    count(*) over ({{ cluster }}) as incidents_of_cluster,
    min(started_at) over ({{ cluster }}) as wave_started_at,
    max(started_at) over ({{ cluster }}) as last_started_at
from numbered
