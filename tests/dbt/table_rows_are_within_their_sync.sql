-- The tables of a sync have no more rows than the sync, and exactly as many where every record names its table.

with

tables as (

    select
        sync_key,
        sum(rows_synced) as rows_synced
    from {{ ref('fct_fivetran_table_syncs') }}
    group by sync_key

),

unnamed as (

    select distinct sync_key
    from {{ ref('int_fivetran_log__sync_events') }}
    where message_event = 'records_modified' and table_name is null

)

select
    syncs.sync_key,
    syncs.rows_synced,
    tables.rows_synced as rows_of_tables
from {{ ref('fct_fivetran_sync_performance') }} as syncs
left join tables on syncs.sync_key = tables.sync_key
left join unnamed on syncs.sync_key = unnamed.sync_key
where
    coalesce(tables.rows_synced, 0) > syncs.rows_synced
    or (unnamed.sync_key is null and coalesce(tables.rows_synced, 0) <> syncs.rows_synced)
