{#- Success rate: successful / (successful + failed), null if both are 0. -#}
{% macro success_rate(successful, failed) -%}
    cast({{ successful }} as {{ fivetran_logs.type_double() }}) / nullif({{ successful }} + {{ failed }}, 0)
{%- endmacro %}


{#- Aggregates of a set of syncs: counts, durations (of all syncs that have ended), rows. -#}
{% macro sync_measures(relation) -%}
    {%- set duration = relation ~ '.sync_duration_seconds' -%}
    count(*) as total_syncs,
        {{ fivetran_logs.sum_rows(relation ~ '.is_successful') }} as successful_syncs,
        {{ fivetran_logs.sum_rows(relation ~ '.is_failed') }} as failed_syncs,
        avg({{ duration }}) as avg_sync_duration_seconds,
        {{ fivetran_logs.percentile(duration, 0.5) }} as median_sync_duration_seconds,
        {{ fivetran_logs.percentile(duration, 0.95) }} as p95_sync_duration_seconds,
        {{ fivetran_logs.sum_rows(relation ~ '.rows_synced') }} as rows_synced
{%- endmacro %}


{#- Aggregates of the events of one table in one sync: times of its writes, and rows changed. -#}
{% macro table_sync_measures() -%}
    {%- set changed_rows = "case when message_event = 'records_modified' and operation_type = '{}' then row_count else 0 end" -%}
    {{ dbt.any_value('connection_id') }} as connection_id,
        {{ dbt.any_value('sync_id') }} as sync_id,
        min(case when message_event = 'write_to_table_start' then occurred_at end) as write_started_at,
        max(case when message_event = 'write_to_table_end' then occurred_at end) as write_completed_at,
        {{ fivetran_logs.sum_rows(changed_rows.format('REPLACED_OR_INSERTED')) }} as rows_replaced_or_inserted,
        {{ fivetran_logs.sum_rows(changed_rows.format('UPDATED')) }} as rows_updated,
        {{ fivetran_logs.sum_rows(changed_rows.format('DELETED')) }} as rows_deleted,
        {{ fivetran_logs.sum_rows("case when message_event = 'records_modified' then coalesce(row_count, 0) else 0 end") }} as rows_synced,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        max(loaded_at) as loaded_at
{%- endmacro %}


{#- The longest stage; the earlier one if two are equal; null if no stage was measured. -#}
{% macro slowest_stage() -%}
    case greatest(coalesce(extract_seconds, -1), coalesce(process_seconds, -1), coalesce(load_seconds, -1))
        when -1 then null
        when extract_seconds then 'extract'
        when process_seconds then 'process'
        when load_seconds then 'load'
    end
{%- endmacro %}


{#- The rank of a value among the others of its group: 0 is the worst, 1 the best; null for a null or the only value.
    order  'asc' if more is better, 'desc' if less is -#}
{% macro percentile_among(value, group, order) -%}
    {%- set known = 'case when ' ~ value ~ ' is null then 0 else 1 end' -%}
    case
        when {{ value }} is not null and sum({{ known }}) over (partition by {{ group }}) > 1
            then cast(
                percent_rank() over (partition by {{ group }}, {{ known }} order by {{ value }} {{ order }})
                as {{ fivetran_logs.type_double() }}
            )
    end
{%- endmacro %}


{#- The columns of a sync's event, except those of the sync and of its arrival. -#}
{% macro sync_event_columns() %}
    {{- return([
        'event_key', 'source_event_id', 'log_source', 'connection_id', 'sync_id', 'message_event', 'severity', 'is_issue', 'status', 'reason',
        'task_type', 'record_type', 'message', 'schema_name', 'table_name', 'operation_type', 'row_count', 'extract_seconds',
        'process_seconds', 'load_seconds', 'extract_volume_mb', 'process_volume_mb', 'load_volume_mb', 'query_count',
        'rows_extracted', 'occurred_at',
    ]) -}}
{% endmacro %}
