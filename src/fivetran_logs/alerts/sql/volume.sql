with latest as (
    select max(activity_date) as activity_date
    from {{ ref('fct_fivetran_table_volumes') }}
)
select
    'volume:' || volumes.connection_id || ':' || coalesce(volumes.schema_name, '') || ':' || volumes.table_name as alert_key,
    'medium' as severity,
    true as is_open,
    cast(volumes.activity_date as {{ fivetran_logs.type_utc_timestamp() }}) as since,
    volumes.connection_id,
    volumes.connection_name,
    volumes.destination_name,
    volumes.connection_id as cause,
    volumes.anomaly || ' of ' || coalesce(volumes.schema_name || '.', '') || volumes.table_name as what,
    volumes.rows_synced,
    volumes.expected_rows,
    volumes.low,
    volumes.high,
    'Compare the source table with the destination.' as next_step
from {{ ref('fct_fivetran_table_volumes') }} as volumes
inner join latest on volumes.activity_date = latest.activity_date
where volumes.anomaly is not null
