with

syncs as (

    select
        *,
        row_number() over (partition by connection_id order by sync_started_at desc, sync_key desc) as place
    from {{ ref('fct_fivetran_sync_performance') }}
    where sync_started_at <= {{ as_of_at }}

)

select
    connection_id as connection,
    {{ fivetran_logs.seconds_between('sync_started_at', as_of_at) }} as seconds_ago,
    sync_status,
    sync_duration_seconds as duration_seconds,
    rows_synced
from syncs
where place <= 20
order by connection_id, place desc
