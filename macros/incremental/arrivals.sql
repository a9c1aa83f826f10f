{#- Finds log rows that the events have not read. Before the events are built, int_fivetran_log__arrivals counts the rows of the source
    by hour of arrival. The events read every hour whose count changed. Then a post-hook marks these hours as taken, in the same
    transaction if the engine has one. If a build fails in between, the next one reads them again. An hour also keeps by which version of
    the rules it was taken: by other rules than today's, it counts as not taken. -#}

{#- The hour in which a log row arrived, else the hour of its event. -#}
{% macro arrival_hour() -%}
    {%- set timestamp = fivetran_logs.type_utc_timestamp() -%}
    {%- set arrived_at = "coalesce(_fivetran_synced, occurred_at, cast('" ~ fivetran_logs.before_all_days() ~ "' as " ~ timestamp ~ '))' -%}
    cast({{ dbt.date_trunc('hour', arrived_at) }} as {{ timestamp }})
{%- endmacro %}


{#- Bounds of the rows to take and of the stored ones, for int_fivetran_log__events, from one query; `none` on a first build:
    {'first_hour', 'last_hour': hours of arrival, 'first_event_at': of any row in them, 'loaded_at': newest stored,
    'has_value_keys': the table has that column, 'has_spelling_keys': some stored event in question has no value_key}. -#}
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
    {%- set has_value_keys = fivetran_logs.has_column('value_key') -%}
    {%- set in_question = 'value_key is null and (occurred_at >= ' ~ bounds[2] ~ ' or occurred_at is null)' -%}
    {%- set has_spelling_keys = this is not string and (
        not has_value_keys or run_query('select 1 from ' ~ this ~ ' where ' ~ in_question ~ ' limit 1').rows | length > 0
    ) -%}
    {{- return({
        'first_hour': bounds[0], 'last_hour': bounds[1], 'first_event_at': bounds[2], 'loaded_at': bounds[3],
        'has_value_keys': has_value_keys, 'has_spelling_keys': has_spelling_keys,
    }) -}}
{% endmacro %}


{#- Condition: a log row arrived in an hour to take; on a first build, and when all are derived again, true for all. The bounds are constants, so that an engine can skip
    rows outside them.

    untaken  the result of untaken_bounds
    rows     name of the relation, with platform_schema, log_source, occurred_at and _fivetran_synced -#}
{% macro is_untaken(untaken, rows) -%}
    {%- if untaken and not fivetran_logs.derives_again() -%}
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


{#- The `loaded_at` of a row: its arrival, but later than everything that earlier builds loaded. So later models also find rows of a source
    that lags behind another. -#}
{% macro loaded_at(untaken) -%}
    {%- if untaken -%}
        greatest(arrived_at, {{ fivetran_logs.time_add('microsecond', 1, untaken.loaded_at) }})
    {%- else -%}
        arrived_at
    {%- endif -%}
{%- endmacro %}


{#- Post-hook of the events: marks the hours counted before them as taken. -#}
{% macro mark_as_taken() -%}
    {%- if execute -%}
        {{- adapter.dispatch('mark_as_taken', 'fivetran_logs')(ref('int_fivetran_log__arrivals')) -}}
    {%- endif -%}
{%- endmacro %}

{% macro default__mark_as_taken(arrivals) -%}
    update {{ arrivals.render() }} set is_taken = true, rules_version = '{{ fivetran_logs.rules_version('events') }}' where not is_taken
{%- endmacro %}

{% macro databricks__mark_as_taken(arrivals) -%}
    {{ fivetran_logs.default__mark_as_taken(arrivals) }}
{%- endmacro %}

{#- Spark's plain tables have no update. -#}
{% macro spark__mark_as_taken(arrivals) -%}
    {%- if run_query('select 1 from ' ~ arrivals ~ ' where not is_taken limit 1').rows | length -%}
        {%- set sql -%}
            select
                platform_schema, log_source, arrival_hour, row_count, first_event_at, last_event_at, true as is_taken, last_arrival_at,
                '{{ fivetran_logs.rules_version('events') }}' as rules_version
            from {{ arrivals }}
        {%- endset -%}
        {%- do fivetran_logs.write_anew(arrivals, sql, true) -%}
    {%- endif -%}
{%- endmacro %}
