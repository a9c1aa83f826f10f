{{ config(materialized=fivetran_logs.view_materialization()) }}

with

table_syncs as (

    select * from {{ ref('int_fivetran_log__table_syncs') }}

)

select
    table_sync_key,
    sync_key,
    connection_id,
    sync_id,
    schema_name,
    table_name,
    write_started_at,
    write_completed_at,
    rows_replaced_or_inserted,
    rows_updated,
    rows_deleted,
    rows_synced
from table_syncs
