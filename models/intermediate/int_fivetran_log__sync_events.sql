{{ config(materialized='view') }}

-- Two branches instead of a coalesce over a join, so that an engine can push a filter on loaded_at or sync_key into each; and no
-- import CTEs, because an engine may keep a CTE that is read twice whole in memory before it filters.

{% set columns = [
    'event_key', 'log_source', 'connection_id', 'sync_id', 'message_event', 'severity', 'is_issue', 'status',
    'reason', 'task_type', 'record_type', 'message', 'schema_name', 'table_name', 'operation_type', 'row_count',
    'extract_seconds', 'process_seconds', 'load_seconds', 'extract_volume_mb', 'process_volume_mb', 'load_volume_mb',
    'query_count', 'rows_extracted', 'occurred_at',
] -%}

select
    sync_key,
    loaded_at,
    {{ columns | join(',\n    ') }}
from {{ ref('int_fivetran_log__events') }}
where sync_key is not null

union all

select
    legacy_sync_events.sync_key,
    greatest(events.loaded_at, legacy_sync_events.loaded_at) as loaded_at,
    events.{{ columns | join(',\n    events.') }}
from {{ ref('int_fivetran_log__legacy_sync_events') }} as legacy_sync_events
inner join {{ ref('int_fivetran_log__events') }} as events on legacy_sync_events.event_key = events.event_key
