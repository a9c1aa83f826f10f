{#- Events of which only this table knows: the source has lost their rows. When the rules change (rules_version), the events are derived again:
    those that the source still has are read from it; of the others, those whose payload was kept are read from that; the rest stay as
    they were read. All of them are written anew, and what is left of the old rows goes: it was some event counted twice. -#}

{#- Whether the events are derived again in this build: no hour of the log was taken by today's rules, or --full-refresh asks for it.
    Asked before the hours are marked as taken. -#}
{% macro derives_again() %}
    {%- if not execute or this is string or flags.WHICH not in ('build', 'run') or not is_incremental() -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- if flags.FULL_REFRESH -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- set question = 'fivetran_logs_derives_again' -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set hours, taken, row_count = run_query(
            'select count(*), count(rules_version), sum(row_count) from ' ~ ref('int_fivetran_log__arrivals')
        ).rows[0] -%}
        {%- set again = (hours | int) > 0 and (taken | int) == 0 -%}
        {%- if again -%}
            {%- do fivetran_logs.say_once(
                'The rules for reading the log have changed since this account was built (now version ' ~ fivetran_logs.rules_version('events')
                ~ '). The ' ~ '{:,}'.format((row_count or 0) | int) ~ ' rows that the source still has are read again, once; what it has lost'
                ~ ' is kept. This build takes about as long as the first one.'
            ) -%}
        {%- endif -%}
        {%- set known = fivetran_logs.remember(question, {'answer': again}) -%}
    {%- endif -%}
    {{- return(known.answer) -}}
{% endmacro %}


{#- A column of the stored events, or a null of its type where an earlier version did not keep it. -#}
{% macro stored_or_null(column, data_type=none) -%}
    {%- if fivetran_logs.has_column(column) -%}
        stored.{{ column }}
    {%- else -%}
        cast(null as {{ data_type or dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}


{#- Join and condition: stored events of which the source has no copy.

    keyed  a CTE of all rows of the source, with value_key and spelling_key -#}
{% macro join_copies(keyed) -%}
    left join (
        select value_key as copied_key from {{ keyed }} where value_key is not null
        {{ fivetran_logs.union_distinct() }}
        select spelling_key from {{ keyed }} where spelling_key is not null
    ) as copied on stored.event_key = copied.copied_key
    left join (
        select distinct value_key as copied_value_key from {{ keyed }} where value_key is not null
    ) as copied_values on {{ fivetran_logs.stored_or_null('value_key') }} = copied_values.copied_value_key
{%- endmacro %}

{% macro has_no_copy() -%}
    copied.copied_key is null and copied_values.copied_value_key is null
{%- endmacro %}


{#- Query: the copies to read, and the stored events that have none but their payload.

    copies  a CTE of newest_copies
    keyed   as above -#}
{% macro with_kept_payloads(copies, keyed) -%}
    {%- set timestamp = fivetran_logs.type_utc_timestamp() -%}
    {%- set columns = [
        'value_key', 'spelling_key', 'stored_key', 'stored_sync_id', 'id', 'log_source', 'platform_schema', 'connection_id', 'sync_id',
        'message_event', 'severity', 'payload_text', 'occurred_at', '_fivetran_synced', 'arrived_at',
    ] -%}
    {%- set payload = "case when stored.log_source = 'connector_sdk' then stored.message else " ~ fivetran_logs.stored_or_null('details') ~ ' end' -%}
    select
        {{ columns | join(',\n        ') }},
        0 as is_lost
    from {{ copies }}

    union all

    select
        {{ fivetran_logs.stored_or_null('value_key') }},
        cast(null as {{ dbt.type_string() }}),
        stored.event_key,
        stored.sync_id,
        {{ fivetran_logs.stored_or_null('source_event_id') }},
        stored.log_source,
        {{ fivetran_logs.stored_or_null('platform_schema') }},
        stored.connection_id,
        stored.sync_id,
        stored.message_event,
        stored.severity,
        {{ payload }},
        stored.occurred_at,
        {{ fivetran_logs.stored_or_null('synced_at', timestamp) }},
        coalesce({{ fivetran_logs.stored_or_null('arrived_at', timestamp) }}, stored.loaded_at),
        1
    from {{ this }} as stored
    {{ fivetran_logs.join_copies(keyed) }}
    where
        {{ fivetran_logs.has_no_copy() }}
        and {{ payload }} is not null
{%- endmacro %}


{#- Condition: the event was not lost, or no event that was read from the source is the same under another spelling.

    events  a CTE with event_key and is_lost -#}
{% macro is_no_second_copy(events) -%}
    (
        is_lost = 0
        or (
            event_key not in (select event_key from {{ events }} where is_lost = 0)
            and (
                value_key is not null
                or {{ fivetran_logs.read_values() }} not in (select {{ fivetran_logs.read_values() }} from {{ events }} where is_lost = 0)
            )
        )
    )
{%- endmacro %}


{#- Query: stored events that can be read neither from the source nor from a kept payload, as they stand.

    events   a CTE with event_key and is_lost
    keyed    as above
    columns  those of the events
    untaken  what untaken_bounds gave -#}
{% macro kept_events(events, keyed, columns, untaken) -%}
    {%- set later = fivetran_logs.time_add('microsecond', 1, untaken.loaded_at) -%}
    select
        stored.event_key,
        {{ fivetran_logs.stored_or_null('value_key') }} as value_key,
        cast(null as {{ dbt.type_string() }}) as previous_sync_id,
        {%- for column in columns %}
        {{ 'stored.' ~ column if fivetran_logs.has_column(column) else 'null' }} as {{ column }},
        {%- endfor %}
        greatest(stored.loaded_at, {{ later }}) as loaded_at,
        coalesce({{ fivetran_logs.stored_or_null('is_issue', dbt.type_boolean()) }}, false) as is_issue,
        '{{ fivetran_logs.rules_version('events') }} kept' as rules_version
    from {{ this }} as stored
    left join {{ events }} as derived on stored.event_key = derived.event_key
    {{ fivetran_logs.join_copies(keyed) }}
    where
        derived.event_key is null
        and {{ fivetran_logs.has_no_copy() }}
        {%- if untaken.has_spelling_keys %}
        and (
            {{ fivetran_logs.stored_or_null('value_key') }} is not null
            or stored.event_key not in (
                select same.event_key
                from {{ this }} as same
                inner join (
                    select distinct {{ fivetran_logs.read_values() }} as read_values from {{ events }} where is_lost = 0
                ) as found on {{ fivetran_logs.read_values() }} = found.read_values
            )
        )
        {%- endif %}
{%- endmacro %}


{#- Post-hook of the events, after they are derived again: deletes the rows that were not, and says what became of the others. -#}
{% macro forget_second_copies() -%}
    {%- if execute and fivetran_logs.derives_again() -%}
        {%- set today = fivetran_logs.rules_version('events') -%}
        {{- fivetran_logs.delete_rows("coalesce(rules_version, '') not in ('" ~ today ~ "', '" ~ today ~ " kept')") -}}
    {%- endif -%}
{%- endmacro %}
