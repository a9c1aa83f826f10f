-- Each connection is in the health mart once. Each active one that is not healthy is in the list of problems.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

health as (

    select
        connection_id,
        count(*) as health_rows,
        max(health_status) as health_status
    from {{ ref('fct_fivetran_connector_health') }}
    group by connection_id

),

problems as (

    select * from {{ ref('fct_fivetran_problematic_connectors') }}

)

select
    connections.connection_id,
    health.health_rows,
    health.health_status,
    problems.health_status as problem_status
from connections
full outer join health on connections.connection_id = health.connection_id
left join problems on health.connection_id = problems.connection_id
where
    connections.connection_id is null
    or coalesce(health.health_rows, 0) <> 1
    or (problems.connection_id is null and health.health_status in ('never_synced', 'broken', 'delayed', 'degraded'))
    or problems.health_status <> health.health_status
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
