{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key=['occurred_at', 'event_key'],
        partition_by=fivetran_logs.partitioned_by('occurred_at'),
        indexes=fivetran_logs.indexed_by(['occurred_at', 'loaded_at']),
        on_schema_change='append_new_columns',
        full_refresh=var('fivetran_logs_forget_history', false),
        transient=false,
        post_hook=["{{ fivetran_logs.forget_second_copies() }}", "{{ fivetran_logs.mark_as_taken() }}"],
    )
}}

-- The one reader of the log. What the source has lost stays here, under --full-refresh too (see full_refresh above).
-- As-of plays no part: an event stamped in the future is kept now and counted when as-of has passed it.
-- Rows are taken by the hour they arrived in: any hour of which the source holds other rows than last time is read again, whole.
-- When the rules change (macro rules_version), all events are derived again (macros/incremental/lost_events.sql).
-- event_key names an event; with its time beside it, what is replaced is sought among the days of the new rows only.

{%- set texts = fivetran_logs.payload_texts() %}
{%- set numbers = fivetran_logs.payload_numbers() %}
{%- set column_properties = "case when message_event = 'alter_table' then " ~ fivetran_logs.json_field('document', 'properties') ~ ' end' %}
{%- set columns = fivetran_logs.sync_event_columns() | reject('in', ['event_key', 'is_issue']) | list + [
    'platform_schema', 'sync_key', 'column_name', 'data_type', 'previous_data_type', 'actor', 'subject_id', 'properties',
    'old_properties', 'details', 'synced_at', 'arrived_at',
] %}
{%- set untaken = fivetran_logs.untaken_bounds() %}
{%- set derives_again = fivetran_logs.derives_again() %}

-- depends_on: {{ ref('int_fivetran_log__arrivals') }}

with

log_records as (

    select * from {{ ref('int_fivetran_log__log_records') }}

),

records as (

    select
        *,
        -- a Connector SDK record is the text that a developer wrote, whatever it looks like
        case when log_source = 'log' then trim({{ fivetran_logs.json_text('payload') }}) else payload end as payload_text,
        {{ fivetran_logs.arrived_at() }} as arrived_at
    from log_records
    where
        {{ fivetran_logs.after_log_start() }}
        and {{ fivetran_logs.is_untaken(untaken, 'log_records') | indent(8) }}

),

keyed as (

    select
        *,
        {{ fivetran_logs.value_key() }} as value_key,
        {{ fivetran_logs.spelling_key() if untaken and untaken.has_spelling_keys else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as spelling_key
    from records

),

newest_copies as (

    {{ fivetran_logs.newest_copies('keyed', untaken) }}
    {{ fivetran_logs.sorted_early_by('copies.occurred_at') }}

),

{%- if derives_again %}

with_kept_payloads as (

    {{ fivetran_logs.with_kept_payloads('newest_copies', 'keyed') }}

),
{%- endif %}

parsed as (

    select
        *,
        {{ fivetran_logs.json_document("case when log_source = 'log' then payload_text end", texts + (numbers.values() | map('first') | list)) }} as document
    from {{ 'with_kept_payloads' if derives_again else 'newest_copies' }}

),

parsed_twice as (

    select
        *,
        {{ fivetran_logs.json_document(column_properties, ['column_name', 'data_type', 'previous_data_type', 'old_data_type']) }} as column_document
    from parsed

),

read as (

    select
        value_key,
        spelling_key,
        stored_key,
        stored_sync_id,
        id as source_event_id,
        log_source,
        platform_schema,
        connection_id,
        sync_id,
        case when log_source = 'log' or sync_id is not null then {{ fivetran_logs.sync_key() }} end as sync_key,
        message_event,
        severity,
        upper({{ fivetran_logs.json_field('document', 'status') }}) as status,
        {{ fivetran_logs.json_field('document', 'reason') }} as reason,
        {{ fivetran_logs.json_field('document', 'task_type') }} as task_type,
        {{ fivetran_logs.json_field('document', 'type') }} as record_type,
        {{ fivetran_logs.message_of_event('document') | indent(4) }} as message,
        {{ fivetran_logs.json_field('document', 'schema') }} as schema_name,
        coalesce(
            {{ fivetran_logs.json_field('document', 'table') }},
            case when message_event in ({{ fivetran_logs.schema_change_events() }}) then {{ fivetran_logs.json_field('document', 'name') }} end
        ) as table_name,
        {{ fivetran_logs.json_field('column_document', 'column_name') }} as column_name,
        {{ fivetran_logs.json_field('column_document', 'data_type') }} as data_type,
        coalesce({{ fivetran_logs.json_field('column_document', 'previous_data_type') }}, {{ fivetran_logs.json_field('column_document', 'old_data_type') }}) as previous_data_type,
        upper({{ fivetran_logs.json_field('document', 'operation_type') }}) as operation_type,
        {%- for column, (field, data_type) in numbers.items() %}
        {{ fivetran_logs.try_cast(fivetran_logs.json_field('document', field), data_type) }} as {{ column }},
        {%- endfor %}
        {{ fivetran_logs.json_field('document', 'actor') }} as actor,
        {{ fivetran_logs.json_field('document', 'id') }} as subject_id,
        {{ fivetran_logs.json_field('document', 'properties') }} as properties,
        {{ fivetran_logs.json_field('document', 'old_properties') }} as old_properties,
        case when {{ fivetran_logs.keeps_payload() }} then payload_text end as details,
        {{ 'is_lost' if derives_again else '0' }} as is_lost,
        occurred_at,
        _fivetran_synced as synced_at,
        arrived_at
    from parsed_twice

),

events as (

    {{ fivetran_logs.with_event_keys('read', untaken) }}

)

select
    event_key,
    value_key,
    previous_sync_id,
    {{ columns | join(',\n    ') }},
    {{ fivetran_logs.loaded_at(untaken) }} as loaded_at,
    coalesce(severity in ('WARNING', 'SEVERE') or {{ fivetran_logs.is_failed_end() }}, false)
    and not coalesce({{ fivetran_logs.is_intended_reschedule() }}, false) as is_issue,
    '{{ fivetran_logs.rules_version('events') }}' as rules_version
from events
{%- if derives_again %}
where {{ fivetran_logs.is_no_second_copy('events') }}

union all

{{ fivetran_logs.kept_events('events', 'keyed', columns, untaken) }}
{%- endif %}
{{ fivetran_logs.stored_by('occurred_at') }}
