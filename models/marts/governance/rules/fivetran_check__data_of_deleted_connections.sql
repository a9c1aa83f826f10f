-- Deleted connections leave no tables
--
-- No destination table is still listed for a connection that is deleted.
--
-- Why it matters: Data that nobody syncs any more is data that nobody looks after; the right to erasure and limits of
-- storage apply to it all the same.
--
-- How to fix: Drop the tables in the destination, or keep them on purpose with an exception.

with

tables as (

    select
        connection_id,
        count(*) as destination_tables
    from {{ ref('stg_fivetran_log__destination_table') }}
    where connection_id is not null
    group by connection_id

)

select
    connections.connection_id as object_id,
    connections.connection_name as object_name,
    coalesce(tables.destination_tables, 0) > 0 as is_failing,
    {{ fivetran_logs.counted('coalesce(tables.destination_tables, 0)', 'table') }} || ' left in the destination' as problem
from {{ ref('int_fivetran_log__connections') }} as connections
left join tables on connections.connection_id = tables.connection_id
where connections.is_deleted
