{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_key',
        on_schema_change='append_new_columns',
        full_refresh=var('fivetran_logs_forget_history', false),
    )
}}

-- The one reader of the log. What the source has lost since stays here, under --full-refresh too (see full_refresh above).
-- As-of plays no part: an event stamped in the future is kept now and counted when as-of has passed it.

{%- set fields = [
    'status', 'reason', 'task_type', 'type', 'message', 'schema', 'table', 'name', 'operation_type', 'count',
    'extract_time_s', 'process_time_s', 'load_time_s', 'extract_volume_mb', 'process_volume_mb', 'load_volume_mb',
    'total_queries', 'total_rows', 'actor', 'id', 'properties', 'old_properties',
] %}

with

log as (

    select
        'log' as log_source,
        platform_schema,
        id,
        coalesce(time_stamp, _fivetran_synced) as occurred_at,
        _fivetran_synced,
        connection_id,
        sync_id,
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
        coalesce(event_time, _fivetran_synced) as occurred_at,
        _fivetran_synced,
        connection_id,
        sync_id,
        'connector_sdk_log' as message_event,
        case upper(trim(level)) when 'ERROR' then 'SEVERE' else upper(trim(level)) end as severity,
        message as payload
    from {{ ref('stg_fivetran_log__connector_sdk_log') }}
    where upper(trim(level)) in ('WARNING', 'SEVERE', 'ERROR')

),

delivered as (

    select * from log
    where
        (
            coalesce(message_event, '') not in ({{ fivetran_logs.noise_events() }})
            or coalesce(severity, 'INFO') <> 'INFO'
        )
    union all
    select * from connector_sdk_log

),

{% if is_incremental() %}

-- each Platform schema arrives at its own pace: one that is late must not be skipped because another is ahead
arrived as (

    select
        log_source,
        platform_schema,
        max(loaded_at) as loaded_at,
        max(occurred_at) as occurred_at
    from {{ this }}
    group by log_source, platform_schema

),

new_rows as (

    select delivered.*
    from delivered
    left join arrived
        on
            delivered.log_source = arrived.log_source
            and delivered.platform_schema = arrived.platform_schema
    where
        arrived.loaded_at is null
        or delivered._fivetran_synced >= arrived.loaded_at
        -- where the source does not say when a row arrived, the last days are read again
        or (
            delivered._fivetran_synced is null
            and delivered.occurred_at >= {{ dbt.dateadd(
                'day', '-' ~ var('fivetran_logs_lookback_days'), 'arrived.occurred_at'
            ) }}
        )

),

{% else %}

new_rows as (

    select * from delivered

),

{% endif %}

keyed as (

    select
        *,
        {{ fivetran_logs.event_key() }} as event_key
    from new_rows
    {% if var('fivetran_platform_log_start_date', none) -%}
    where occurred_at >= cast('{{ var("fivetran_platform_log_start_date") }}' as {{ dbt.type_timestamp() }})
    {%- endif %}

),

numbered as (

    select
        *,
        row_number() over (partition by event_key order by _fivetran_synced desc, severity, sync_id) as copy_number
    from keyed

),

unwrapped as (

    select
        *,
        {{ fivetran_logs.json_text('payload') }} as payload_text
    from numbered
    where copy_number = 1

),

parsed as (

    select
        *,
        {{ fivetran_logs.json_document('payload_text', fields) }} as document
    from unwrapped

),

with_properties as (

    select
        *,
        case
            when message_event = 'alter_table' then {{ fivetran_logs.json_field('document', 'properties') }}
        end as column_properties
    from parsed

),

parsed_twice as (

    select
        *,
        {{ fivetran_logs.json_document('column_properties', ['column_name', 'data_type', 'previous_data_type']) }} as column_document
    from with_properties

),

read as (

    select
        event_key,
        id as event_id,
        log_source,
        platform_schema,
        connection_id,
        sync_id,
        case
            when log_source = 'log' or sync_id is not null then {{ fivetran_logs.sync_key() }}
        end as sync_key,
        message_event,
        severity,
        upper({{ fivetran_logs.json_field('document', 'status') }}) as status,
        {{ fivetran_logs.json_field('document', 'reason') }} as reason,
        {{ fivetran_logs.json_field('document', 'task_type') }} as task_type,
        {{ fivetran_logs.json_field('document', 'type') }} as record_type,
        coalesce(
            {{ fivetran_logs.json_field('document', 'message') }},
            -- a payload that is no JSON object is itself the message
            case when substring(payload_text, 1, 1) <> '{' and payload_text <> 'null' then payload_text end
        ) as message,
        {{ fivetran_logs.json_field('document', 'schema') }} as schema_name,
        coalesce(
            {{ fivetran_logs.json_field('document', 'table') }},
            case
                when message_event in ({{ fivetran_logs.schema_change_events() }})
                    then {{ fivetran_logs.json_field('document', 'name') }}
            end
        ) as table_name,
        {{ fivetran_logs.json_field('column_document', 'column_name') }} as column_name,
        {{ fivetran_logs.json_field('column_document', 'data_type') }} as data_type,
        {{ fivetran_logs.json_field('column_document', 'previous_data_type') }} as previous_data_type,
        upper({{ fivetran_logs.json_field('document', 'operation_type') }}) as operation_type,
        {{ fivetran_logs.try_cast(fivetran_logs.json_field('document', 'count'), dbt.type_bigint()) }} as row_count,
        {%- for stage in ['extract', 'process', 'load'] %}
        {{ fivetran_logs.try_cast(
            fivetran_logs.json_field('document', stage ~ '_time_s'), fivetran_logs.type_double()
        ) }} as {{ stage }}_seconds,
        {{ fivetran_logs.try_cast(
            fivetran_logs.json_field('document', stage ~ '_volume_mb'), fivetran_logs.type_double()
        ) }} as {{ stage }}_volume_mb,
        {%- endfor %}
        {{ fivetran_logs.try_cast(fivetran_logs.json_field('document', 'total_queries'), dbt.type_bigint()) }} as query_count,
        {{ fivetran_logs.try_cast(fivetran_logs.json_field('document', 'total_rows'), dbt.type_bigint()) }} as rows_extracted,
        {{ fivetran_logs.json_field('document', 'actor') }} as actor,
        {{ fivetran_logs.json_field('document', 'id') }} as subject_id,
        {{ fivetran_logs.json_field('document', 'properties') }} as properties,
        {{ fivetran_logs.json_field('document', 'old_properties') }} as old_properties,
        -- whole for the rare kinds only, so that what a later version wants to know of them is not lost with the source
        case when message_event in ({{ fivetran_logs.detailed_events() }}) then payload_text end as details,
        occurred_at,
        coalesce(_fivetran_synced, {{ fivetran_logs.arrival_without_stamp() }}) as loaded_at
    from parsed_twice

)

select
    *,
    coalesce(severity in ('WARNING', 'SEVERE') or {{ fivetran_logs.is_failed_end() }}, false)
    and not coalesce({{ fivetran_logs.is_intended_reschedule() }}, false) as is_issue
from read
