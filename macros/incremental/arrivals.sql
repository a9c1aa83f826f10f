{#- Which rows of the log the events have not taken. int_fivetran_log__arrivals counts what the source holds by hour of arrival,
    before the events are read; hours whose count has changed are read, whole. Once the events hold them, a post-hook marks
    them as taken, in the transaction of the events where the engine has one. A build that fails in between reads them again. -#}

{#- The hour a row of the log arrived in; by the time of its event where the source does not say. -#}
{% macro arrival_hour() -%}
    {%- set timestamp = fivetran_logs.type_utc_timestamp() -%}
    {%- set arrived_at = "coalesce(_fivetran_synced, occurred_at, cast('" ~ fivetran_logs.before_all_days() ~ "' as " ~ timestamp ~ '))' -%}
    cast({{ dbt.date_trunc('hour', arrived_at) }} as {{ timestamp }})
{%- endmacro %}


{#- Bounds of the rows to take and of those stored, for int_fivetran_log__events, asked in one question; none on a first build:
    {'first_hour', 'last_hour': hours of arrival, 'first_event_at': of any row in them, 'loaded_at': newest stored,
    'has_value_keys': the table has these columns, 'has_spelling_keys': some event in question is stored without one}. -#}
{% macro untaken_bounds() %}
    {%- if not is_incremental() -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set bounds = fivetran_logs.bounds(
        'untaken rows of the log',
        ['min(arrival_hour)', 'max(arrival_hour)', 'min(first_event_at)', 'max(stored.newest_loaded_at)'],
        'from ' ~ ref('int_fivetran_log__arrivals') ~ ' cross join (select max(loaded_at) as newest_loaded_at from ' ~ this
        ~ ') as stored where not is_taken and row_count > 0',
        fivetran_logs.type_utc_timestamp(),
        {0: fivetran_logs.after_all_days(), 2: fivetran_logs.after_all_days()},
    ) -%}
    {%- set has_value_keys = this is string
        or 'value_key' in adapter.get_columns_in_relation(this) | map(attribute='name') | map('lower') | list -%}
    {%- set in_question = 'value_key is null and (occurred_at >= ' ~ bounds[2] ~ ' or occurred_at is null)' -%}
    {%- set has_spelling_keys = this is not string and (
        not has_value_keys or run_query('select 1 from ' ~ this ~ ' where ' ~ in_question ~ ' limit 1').rows | length > 0
    ) -%}
    {{- return({
        'first_hour': bounds[0], 'last_hour': bounds[1], 'first_event_at': bounds[2], 'loaded_at': bounds[3],
        'has_value_keys': has_value_keys, 'has_spelling_keys': has_spelling_keys,
    }) -}}
{% endmacro %}


{#- Condition: a row of the log arrived in an hour to take; on a first build, all did. The bounds are constants, so that an engine can
    skip what lies outside.

    untaken  what untaken_bounds gave
    rows     name of what is read, with platform_schema, log_source, occurred_at and _fivetran_synced -#}
{% macro is_untaken(untaken, rows) -%}
    {%- if untaken -%}
(
    _fivetran_synced is null
    or (_fivetran_synced >= {{ untaken.first_hour }} and _fivetran_synced < {{ fivetran_logs.time_add('hour', 1, untaken.last_hour) }})
)
and exists (
    select 1
    from {{ ref('int_fivetran_log__arrivals') }} as arrivals
    where
        not arrivals.is_taken
        and arrivals.platform_schema = {{ rows }}.platform_schema
        and arrivals.log_source = {{ rows }}.log_source
        and arrivals.arrival_hour = {{ fivetran_logs.arrival_hour() }}
)
    {%- else -%}
1 = 1
    {%- endif -%}
{%- endmacro %}


{#- When we take a row: when it arrived, but later than all that earlier builds loaded. Models downstream so find the rows of a source
    that lags behind another. -#}
{% macro loaded_at(untaken) -%}
    {%- if untaken -%}
        greatest(arrived_at, {{ fivetran_logs.time_add('microsecond', 1, untaken.loaded_at) }})
    {%- else -%}
        arrived_at
    {%- endif -%}
{%- endmacro %}


{#- Post-hook of the events: what was counted before they were read is taken. -#}
{% macro mark_as_taken() -%}
    {%- if execute -%}
        {{- adapter.dispatch('mark_as_taken', 'fivetran_logs')(ref('int_fivetran_log__arrivals').incorporate(limit=none)) -}}
    {%- endif -%}
{%- endmacro %}

{% macro default__mark_as_taken(arrivals) -%}
    update {{ arrivals }} set is_taken = true where not is_taken
{%- endmacro %}

{% macro databricks__mark_as_taken(arrivals) -%}
    {{ fivetran_logs.default__mark_as_taken(arrivals) }}
{%- endmacro %}

{#- Plain tables know no update. -#}
{% macro spark__mark_as_taken(arrivals) -%}
    {%- if run_query('select 1 from ' ~ arrivals ~ ' where not is_taken limit 1').rows | length -%}
        {%- set sql -%}
            select platform_schema, log_source, arrival_hour, row_count, first_event_at, last_event_at, true as is_taken
            from {{ arrivals }}
        {%- endset -%}
        {%- do fivetran_logs.write_anew(arrivals, sql, true) -%}
    {%- endif -%}
{%- endmacro %}
