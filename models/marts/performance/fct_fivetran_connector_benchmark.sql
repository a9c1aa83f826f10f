-- Compares a connection with others of its type: a file drop is not slow because a database is fast. Covers the last 30 days.
-- Percentiles include connections that have the figure: 0 is the worst of its type, 1 the best, null if it is the only one.

with

health as (

    select * from {{ ref('int_fivetran_log__connection_health') }}
    where is_latest

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

recent_syncs as (

    select * from {{ ref('int_fivetran_log__recent_syncs') }}
    where sync_at > {{ fivetran_logs.days_ago(30) }}

),

speeds as (

    select
        connection_id,
        count(*) as total_syncs,
        {{ fivetran_logs.percentile('sync_duration_seconds', 0.5) }} as median_sync_duration_seconds,
        sum(case when is_successful = 1 then rows_synced end)
            / nullif(sum(case when is_successful = 1 then sync_duration_seconds end), 0) as rows_per_second
    from recent_syncs
    group by connection_id

),

measured as (

    select
        connections.connection_id,
        connections.connection_name,
        connections.connector_type,
        connections.connector_name,
        connections.destination_name,
        coalesce(speeds.total_syncs, 0) as total_syncs_last_30d,
        health.success_rate_last_30d as success_rate,
        speeds.median_sync_duration_seconds,
        speeds.rows_per_second
    from connections
    left join health on connections.connection_id = health.connection_id
    left join speeds on connections.connection_id = speeds.connection_id

),

-- medians are in separate selects, because Redshift sorts the rows of a select by one expression only
{% for figure in ['success_rate', 'median_sync_duration_seconds', 'rows_per_second'] -%}
{{ figure }}_of_type as (

    select
        coalesce(connector_type, '') as connector_type,
        count(*) as connections_of_type,
        {{ fivetran_logs.percentile(figure, 0.5) }} as median_of_type
    from measured
    group by coalesce(connector_type, '')

){{ ',' if not loop.last }}

{% endfor -%}
select
    measured.connection_id,
    measured.connection_name,
    measured.connector_type,
    measured.connector_name,
    measured.destination_name,
    cast(success_rate_of_type.connections_of_type as {{ dbt.type_bigint() }}) as connections_of_type,
    cast(measured.total_syncs_last_30d as {{ dbt.type_bigint() }}) as total_syncs_last_30d,
    cast(measured.success_rate as {{ fivetran_logs.type_double() }}) as success_rate,
    cast(success_rate_of_type.median_of_type as {{ fivetran_logs.type_double() }}) as type_median_success_rate,
    {{ fivetran_logs.percentile_among('success_rate', 'measured.connector_type', 'asc') }} as success_rate_percentile,
    cast(measured.median_sync_duration_seconds as {{ fivetran_logs.type_double() }}) as median_sync_duration_seconds,
    cast(median_sync_duration_seconds_of_type.median_of_type as {{ fivetran_logs.type_double() }}) as type_median_duration_seconds,
    {{ fivetran_logs.percentile_among('median_sync_duration_seconds', 'measured.connector_type', 'desc') }} as duration_percentile,
    cast(measured.rows_per_second as {{ fivetran_logs.type_double() }}) as rows_per_second,
    cast(rows_per_second_of_type.median_of_type as {{ fivetran_logs.type_double() }}) as type_median_rows_per_second,
    {{ fivetran_logs.percentile_among('rows_per_second', 'measured.connector_type', 'asc') }} as rows_per_second_percentile
from measured
{%- for figure in ['success_rate', 'median_sync_duration_seconds', 'rows_per_second'] %}
left join {{ figure }}_of_type on coalesce(measured.connector_type, '') = {{ figure }}_of_type.connector_type
{%- endfor %}
