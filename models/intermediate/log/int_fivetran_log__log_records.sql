{{ config(materialized=fivetran_logs.view_materialization()) }}

-- The log and the log of the Connector SDK in one shape, less the chatter that no model reads. Of the SDK's records, only what
-- went wrong. An event without a time of its own has that of its arrival. An empty id is a missing one: some exports write nothing else.

with

log as (

    select
        'log' as log_source,
        platform_schema,
        id,
        coalesce({{ fivetran_logs.possible_time('time_stamp') }}, _fivetran_synced) as occurred_at,
        _fivetran_synced,
        nullif(connection_id, '') as connection_id,
        nullif(sync_id, '') as sync_id,
        lower(trim(message_event)) as message_event,
        upper(trim(event)) as severity,
        message_data as payload
    from {{ ref('stg_fivetran_log__log') }}

),

connector_sdk_log as (

    select
        'connector_sdk' as log_source,
        platform_schema,
        id,
        coalesce({{ fivetran_logs.possible_time('event_time') }}, _fivetran_synced) as occurred_at,
        _fivetran_synced,
        nullif(connection_id, '') as connection_id,
        nullif(sync_id, '') as sync_id,
        'connector_sdk_log' as message_event,
        case upper(trim(level)) when 'ERROR' then 'SEVERE' else upper(trim(level)) end as severity,
        message as payload
    from {{ ref('stg_fivetran_log__connector_sdk_log') }}
    where upper(trim(level)) in ('WARNING', 'SEVERE', 'ERROR')

)

select * from log
where
    coalesce(message_event, '') not in ({{ fivetran_logs.noise_events() }})
    or coalesce(severity, 'INFO') <> 'INFO'

union all

select * from connector_sdk_log
