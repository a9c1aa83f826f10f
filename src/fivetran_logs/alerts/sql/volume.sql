with latest as (
    select max(sync_date) as sync_date
    from {{ ref('fct_fivetran_table_volumes') }}
)
select
    'volume:' || volumes.connection_id || ':' || coalesce(volumes.schema_name, '') || ':' || volumes.table_name as alert_key,
    'medium' as severity,
    true as is_open,
    cast(volumes.sync_date as {{ fivetran_logs.type_utc_timestamp() }}) as since,
    volumes.connection_id,
    health.connection_name,
    health.destination_name,
    health.team,
    health.owner,
    volumes.connection_id as cause,
    volumes.anomaly || ' of ' || coalesce(volumes.schema_name || '.', '') || volumes.table_name as what,
    volumes.rows_synced,
    volumes.expected_rows,
    volumes.low as usual_low,
    volumes.high as usual_high,
    'Compare the source table with the destination.' as next_step
from {{ ref('fct_fivetran_table_volumes') }} as volumes
inner join latest on volumes.sync_date = latest.sync_date
left join {{ ref('fct_fivetran_connector_health') }} as health on volumes.connection_id = health.connection_id
where volumes.anomaly is not null
order by alert_key
