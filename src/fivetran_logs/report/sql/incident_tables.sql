-- The tables that the mart counts as tables_stale, by name.

with

incidents as (

    select
        incident_id,
        connection_id,
        started_at
    from {{ ref('fct_fivetran_incidents') }}
    where is_open

),

written as (

    select
        incidents.incident_id,
        incidents.started_at,
        tables.schema_name,
        tables.table_name,
        -- a failed sync may have written half of a table
        max(case when syncs.sync_status = 'successful' then tables.write_completed_at end) as last_complete_at,
        sum(tables.rows_synced) as rows_synced_last_30d
    from incidents
    inner join {{ ref('fct_fivetran_table_syncs') }} as tables on incidents.connection_id = tables.connection_id
    left join {{ ref('fct_fivetran_sync_performance') }} as syncs on tables.sync_key = syncs.sync_key
    where tables.write_completed_at > {{ days_30 }} and tables.write_completed_at <= {{ as_of_at }}
    group by incidents.incident_id, incidents.started_at, tables.schema_name, tables.table_name

),

ranked as (

    select
        *,
        row_number() over (partition by incident_id order by rows_synced_last_30d desc, schema_name, table_name) as place,
        count(*) over () as all_rows
    from written

)

select
    incident_id as incident,
    schema_name,
    table_name,
    last_complete_at,
    rows_synced_last_30d,
    all_rows
from ranked
where place <= 50
order by started_at desc, incident_id, place
