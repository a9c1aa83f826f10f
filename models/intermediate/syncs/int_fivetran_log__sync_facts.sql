{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key='sync_key',
        on_schema_change='append_new_columns',
        partition_by=fivetran_logs.partitioned_by('first_event_at'),
        indexes=fivetran_logs.indexed_by(['sync_key', 'last_event_at', 'loaded_at']),
        pre_hook="{{ fivetran_logs.forget_the_future() }}",
    )
}}

-- What the log says of each sync, and nothing that time alone could change: a status that depends on as-of (running,
-- incomplete) is added in int_fivetran_log__syncs. Only syncs with a new event are computed again, each from all its events.

{%- set new_events = fivetran_logs.new_events_of_syncs(fivetran_logs.newest_stored()) %}
{%- set only_status_fails = "outcomes.status like 'FAIL%' and ends.status is null and coalesce(ends.severity, 'INFO') <> 'SEVERE'" %}
{%- set first_event_at = fivetran_logs.first_event_of_changed_syncs(new_events) %}
{%- set reason = 'coalesce(ends.reason, case when ends.status is null and ends.sync_key is not null then outcomes.reason end)' %}

with

changed_syncs as (

    select distinct sync_key
    from {{ ref('int_fivetran_log__sync_events') }}
    where {{ new_events }}

),

-- A sync that ended twice is decided by its last end, and its last statistics count; ties go by the key of the event. Older ends are
-- empty, and an event `status` of their own says how it went.
records as (

    select
        sync_key,
        event_key,
        message_event,
        occurred_at,
        status,
        severity,
        reason,
        task_type,
        extract_seconds,
        process_seconds,
        load_seconds,
        extract_volume_mb,
        process_volume_mb,
        load_volume_mb,
        row_number() over (partition by sync_key, message_event order by occurred_at desc, event_key desc) as newest_first
    from {{ ref('int_fivetran_log__sync_events') }}
    where
        (message_event in ('sync_end', 'sync_stats') or message_event = 'status' and ({{ fivetran_logs.is_outcome('status') }}))
        and {{ fivetran_logs.of_changed_syncs(first_event_at) | indent(4) }}

),

totals as (

    select
        sync_key,
        {{ dbt.any_value('connection_id') }} as connection_id,
        {{ dbt.any_value('sync_id') }} as sync_id,
        min(case when message_event = 'sync_start' then occurred_at end) as first_start_at,
        min(case when log_source = 'log' then occurred_at end) as first_log_event_at,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at,
        cast(sum(case when message_event = 'extract_summary' then rows_extracted end) as {{ dbt.type_bigint() }}) as rows_extracted,
        cast(sum(case when operation_type = 'REPLACED_OR_INSERTED' then row_count else 0 end) as {{ dbt.type_bigint() }}) as rows_replaced_or_inserted,
        cast(sum(case when operation_type = 'UPDATED' then row_count else 0 end) as {{ dbt.type_bigint() }}) as rows_updated,
        cast(sum(case when operation_type = 'DELETED' then row_count else 0 end) as {{ dbt.type_bigint() }}) as rows_deleted,
        cast(sum(case when message_event = 'records_modified' then row_count else 0 end) as {{ dbt.type_bigint() }}) as rows_synced,
        cast(sum({{ fivetran_logs.summary_calls() }}) as {{ dbt.type_bigint() }}) as summary_calls,
        cast(sum({{ fivetran_logs.single_calls() }}) as {{ dbt.type_bigint() }}) as single_calls,
        cast(sum(case when is_issue and severity = 'WARNING' and not {{ fivetran_logs.is_failure_report() }} then 1 else 0 end) as {{ dbt.type_bigint() }}) as warnings,
        cast({{ fivetran_logs.errors_of_sync() }} as {{ dbt.type_bigint() }}) as errors,
        max(case when message_event in ('forced_resync_connector', 'resync_connector') then 1 else 0 end) as is_resync,
        max(case when message_event in ('forced_resync_table', 'resync_table') then 1 else 0 end) as is_table_resync,
        max(case when log_source = 'log' then 1 else 0 end) as is_in_log
    from {{ ref('int_fivetran_log__sync_events') }}
    where
        {{ fivetran_logs.of_changed_syncs(first_event_at) | indent(4) }}
    group by sync_key

),

tables as (

    select
        sync_key,
        count(*) as tables_synced
    from (
        select distinct
            sync_key,
            schema_name,
            table_name
        from {{ ref('int_fivetran_log__sync_events') }}
        where
            message_event = 'records_modified'
            and table_name is not null
            and {{ fivetran_logs.of_changed_syncs(first_event_at) | indent(8) }}
    ) as changed_tables
    group by sync_key

)

select
    totals.sync_key,
    totals.connection_id,
    totals.sync_id,
    coalesce(totals.first_start_at, totals.first_log_event_at) as sync_started_at,
    totals.first_start_at is not null as has_start,
    ends.occurred_at as sync_completed_at,
    case
        when ends.sync_key is not null then {{ fivetran_logs.end_status('coalesce(ends.status, outcomes.status)', 'ends.severity') }}
    end as end_status,
    {{ fivetran_logs.message_without_secrets(reason) }} as end_reason,
    ends.task_type as end_task_type,
    statistics.extract_seconds,
    statistics.process_seconds,
    statistics.load_seconds,
    statistics.extract_volume_mb,
    statistics.process_volume_mb,
    statistics.load_volume_mb,
    totals.rows_extracted,
    totals.rows_replaced_or_inserted,
    totals.rows_updated,
    totals.rows_deleted,
    totals.rows_synced,
    coalesce(tables.tables_synced, 0) as tables_synced,
    greatest(totals.summary_calls, totals.single_calls) as api_calls,
    totals.summary_calls,
    totals.single_calls,
    totals.warnings,
    case when {{ only_status_fails }} then greatest(totals.errors, 1) else totals.errors end as errors,
    case when {{ only_status_fails }} then outcomes.event_key end as failure_event_key,
    case when {{ only_status_fails }} then outcomes.occurred_at end as failure_told_at,
    case when totals.is_resync = 1 then 'resync' when totals.is_table_resync = 1 then 'table_resync' end as resync_kind,
    -- kept, so that its log finds it, but no sync: what only the Connector SDK has records of, and what all events have left
    totals.is_in_log = 0 as is_sdk_only,
    totals.first_event_at,
    totals.last_event_at,
    totals.loaded_at,
    {{ fivetran_logs.rules_column() }}
from totals
{%- for kind, name in [('sync_end', 'ends'), ('status', 'outcomes'), ('sync_stats', 'statistics')] %}
left join records as {{ name }}
    on totals.sync_key = {{ name }}.sync_key and {{ name }}.message_event = '{{ kind }}' and {{ name }}.newest_first = 1
{%- endfor %}
left join tables on totals.sync_key = tables.sync_key
