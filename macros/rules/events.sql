{#- What the log's events mean to us. The set of events is open: what is named nowhere here passes through harmlessly. -#}

{#- Progress chatter that no model reads. Left out unless it is a warning: on a busy account it is most of the log. -#}
{% macro noise_events() -%}
    'read_start', 'read_end', 'import_progress', 'processed_records', 'update_state', 'info',
    'copy_rows', 'insert_rows', 'update_rows', 'delete_rows'
{%- endmacro %}


{#- Events that change a schema. -#}
{% macro schema_change_events() -%}
    'create_schema', 'create_table', 'alter_table', 'drop_table'
{%- endmacro %}


{#- Fivetran's own bookkeeping tables, which no one's data is in. -#}
{% macro own_tables() -%}
    'fivetran_audit'
{%- endmacro %}


{#- Condition: a sync_end, known to be one, that failed; a status cut short is still that failure. -#}
{% macro ended_in_failure() -%}
    status like 'FAIL%' or severity = 'SEVERE'
{%- endmacro %}


{#- Condition: a status that says how a sync ended. -#}
{% macro is_outcome(status) -%}
    {{ status }} like 'SUCC%' or {{ status }} like 'FAIL%' or {{ status }} like 'RESCHED%' or {{ status }} like 'CANCEL%'
{%- endmacro %}


{#- How a sync ended, by the status and the severity of its end. -#}
{% macro end_status(status, severity) -%}
    case
            when {{ status }} like 'FAIL%' or {{ severity }} = 'SEVERE' then 'failed'
            when {{ status }} like 'RESCHED%' then 'rescheduled'
            when {{ status }} like 'CANCEL%' then 'canceled'
            when {{ status }} like 'SUCC%' or {{ status }} is null and coalesce({{ severity }}, 'INFO') = 'INFO' then 'successful'
            else 'unknown'
        end
{%- endmacro %}


{#- Condition, never null: a sync_end that failed, whatever its stamp. -#}
{% macro is_failed_end() -%}
    coalesce(message_event = 'sync_end' and ({{ fivetran_logs.ended_in_failure() }}), false)
{%- endmacro %}


{#- Events that report how a sync went. Those before 2022 had only `status`, and long after that a failed sync has both. -#}
{% macro outcome_events() -%}
    'sync_end', 'status'
{%- endmacro %}


{#- Condition, never null: a report that a sync failed, whatever its stamp. -#}
{% macro is_failure_report() -%}
    coalesce(message_event in ({{ fivetran_logs.outcome_events() }}) and ({{ fivetran_logs.ended_in_failure() }}), false)
{%- endmacro %}


{#- Aggregate over the events of a sync: its errors. A report of failure counts where its sync has no other error; else it is their echo. -#}
{% macro errors_of_sync() -%}
    coalesce(
        nullif(sum(case when is_issue and severity = 'SEVERE' and not {{ fivetran_logs.is_failure_report() }} then 1 else 0 end), 0),
        max(case when is_issue and {{ fivetran_logs.is_failure_report() }} then 1 else 0 end)
    )
{%- endmacro %}


{#- Condition: a sync rescheduled on purpose, as priority-first syncs are. It comes as a WARNING, but is no problem. -#}
{% macro is_intended_reschedule() -%}
    status like 'RESCHED%' and lower(reason) like '%intended behavior%'
{%- endmacro %}


{#- Condition: a warning or error that says in no field we read what it is about. It is shown as it came: better than nothing. What names
    an actor is an action, and its event says which. -#}
{% macro is_unread_problem(document) -%}
    severity in ('WARNING', 'SEVERE') and payload_text not in ('{}', 'null')
    and coalesce(
        {%- for field in ['message', 'reason', 'type', 'task_type', 'status', 'actor'] %}
        {{ fivetran_logs.json_field(document, field) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) is null
{%- endmacro %}


{#- The key of a sync that has a sync_id. -#}
{% macro sync_key(connection_id='connection_id', sync_id='sync_id') -%}
    {{ dbt.hash(dbt.concat([connection_id, "'|'", sync_id])) }}
{%- endmacro %}


{#- The identity of an event: what two rows share when they are one event. Its payload counts as values, however they are
    written: a warehouse that keeps JSON in a type of its own keeps neither the order of keys nor blanks. -#}
{% macro value_key() -%}
    {%- set fields = fivetran_logs.payload_texts() + (fivetran_logs.payload_numbers().values() | map('first') | list) -%}
    {{ fivetran_logs.hash_of([
        'log_source', 'id', fivetran_logs.microseconds('occurred_at'), 'connection_id', 'message_event',
        "case when log_source = 'log' then " ~ fivetran_logs.canonical_json('payload_text', fields) ~ ' else payload_text end'
    ]) }}
{%- endmacro %}


{#- What identified an event before: its payload as it was spelled. -#}
{% macro spelling_key() -%}
    {{ fivetran_logs.hash_of([
        'log_source', 'id', fivetran_logs.microseconds('occurred_at'), 'connection_id', 'message_event', 'payload'
    ]) }}
{%- endmacro %}


{#- What has been read of an event, as one text: equal in two spellings of it. For the events: of the columns that their table has. -#}
{% macro read_values() -%}
    {%- set values = [fivetran_logs.microseconds('occurred_at')] -%}
    {%- for column in [
        'log_source', 'connection_id', 'message_event', 'status', 'reason', 'task_type', 'record_type', 'message', 'schema_name',
        'table_name', 'operation_type', 'row_count', 'query_count', 'rows_extracted', 'actor', 'subject_id'
    ] if fivetran_logs.has_column(column) -%}
        {%- do values.append(column) -%}
    {%- endfor -%}
    {{ fivetran_logs.hash_of(values) }}
{%- endmacro %}


{#- The message of an event. -#}
{% macro message_of_event(document) -%}
    case
        -- a payload that is no JSON object is itself the message
        when log_source = 'connector_sdk' or (substring(payload_text, 1, 1) <> '{' and payload_text <> 'null') then payload_text
        when message_event in ('transformation_failed', 'dbt_run_failed')
            then coalesce({{ fivetran_logs.json_field(document, 'message') }}, 'Transformation ' || ({{ fivetran_logs.json_field(document, 'name') }}) || ' failed')
        when {{ fivetran_logs.is_unread_problem(document) }} then payload_text
        else {{ fivetran_logs.json_field(document, 'message') }}
    end
{%- endmacro %}


{#- Condition: the whole payload is kept beside the columns read from it, so that other rules can read it when the source has lost it. It
    is not kept of the frequent kinds that are read in full (most of a log), unless it is cut short or a warning. -#}
{% macro keeps_payload() -%}
    log_source = 'log'
        and (
            message_event not in (
                'records_modified', 'write_to_table_start', 'write_to_table_end', 'extract_summary', 'sync_start', 'sync_stats',
                'api_call', 'sql_query'
            )
            or severity <> 'INFO'
            or payload_text not like '%}'
        )
{%- endmacro %}


{#- The time of an event, null where it cannot be one: Fivetran is younger, and what fills a gap with the year 1 or 9999 says nothing. -#}
{% macro possible_time(time) -%}
    {%- set of_years = "extract(year from " ~ time ~ ") between 2000 and 2199" -%}
    case when {{ of_years }} then {{ time }} end
{%- endmacro %}


{#- Condition: the event is not older than the log is to be read. -#}
{% macro after_log_start() -%}
    {%- set start = var('fivetran_platform_log_start_date', none) -%}
    {{- "occurred_at >= cast('" ~ start ~ "' as " ~ fivetran_logs.type_utc_timestamp() ~ ')' if start else '1 = 1' -}}
{%- endmacro %}


{#- When a row arrived at its source. Not later than as-of: a clock that runs ahead must not make events of today those of tomorrow. -#}
{% macro arrived_at() -%}
    least(coalesce(_fivetran_synced, {{ fivetran_logs.as_of() }}), {{ fivetran_logs.as_of() }})
{%- endmacro %}


{#- Condition: the event stands for calls to the source. -#}
{% macro is_api_event() -%}
    message_event in ('extract_summary', 'api_call', 'sql_query')
{%- endmacro %}


{#- Calls to the source that a summary counts. -#}
{% macro summary_calls() -%}
    case when message_event = 'extract_summary' then coalesce(query_count, 0) else 0 end
{%- endmacro %}


{#- Calls to the source that events stand for one by one: all calls before summaries came, in many syncs the same calls once more since. -#}
{% macro single_calls() -%}
    case when message_event in ('api_call', 'sql_query') then 1 else 0 end
{%- endmacro %}


{#- The name of the row in a sync whose event has moved to another sync. -#}
{% macro left_sync() -%}
    'left_sync'
{%- endmacro %}


{#- The fields of a payload that are read as text, in snake_case. -#}
{% macro payload_texts() %}
    {{- return([
        'status', 'reason', 'task_type', 'type', 'message', 'schema', 'table', 'name', 'operation_type', 'actor', 'id',
        'properties', 'old_properties',
    ]) -}}
{% endmacro %}


{#- The fields that are read as numbers: {our column: (field, data type)}. -#}
{% macro payload_numbers() %}
    {{- return({
        'row_count': ('count', dbt.type_bigint()),
        'extract_seconds': ('extract_time_s', fivetran_logs.type_double()),
        'process_seconds': ('process_time_s', fivetran_logs.type_double()),
        'load_seconds': ('load_time_s', fivetran_logs.type_double()),
        'extract_volume_mb': ('extract_volume_mb', fivetran_logs.type_double()),
        'process_volume_mb': ('process_volume_mb', fivetran_logs.type_double()),
        'load_volume_mb': ('load_volume_mb', fivetran_logs.type_double()),
        'query_count': ('total_queries', dbt.type_bigint()),
        'rows_extracted': ('total_rows', dbt.type_bigint()),
    }) -}}
{% endmacro %}
