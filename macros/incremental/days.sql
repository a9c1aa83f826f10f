{#- For models of one row per something and day. A changed day is computed again as a whole, and every later one with it, since
    windows look back: a pre-hook deletes the days after the last unchanged one, and the model adds them. So a day that lost its
    only sync disappears too, which no merge by key would see to. -#}

{#- The last stored day before the first changed one, as a literal; before all days on a first build.

    date_column  day of this model
    relation     what is read, and changes are looked for in
    condition    which rows of it count
    day          expression: the first day that a row of it belongs to
    occurred_at  column: its newest event -#}
{% macro last_unchanged_day(date_column, relation, condition, day, occurred_at) %}
    {%- if not is_incremental() -%}
        {{- return("cast('" ~ fivetran_logs.before_all_days() ~ "' as date)") -}}
    {%- endif -%}
    {%- set newest = fivetran_logs.newest_stored() -%}
    {%- set first_changed_day -%}
        coalesce(
            (select min({{ day }}) from {{ relation }} where {{ condition }} and {{ fivetran_logs.is_new(newest, occurred_at=occurred_at) }}),
            cast('{{ fivetran_logs.after_all_days() }}' as date)
        )
    {%- endset -%}
    {{- return(fivetran_logs.bounds(
        'last unchanged day',
        ['max(' ~ date_column ~ ')'],
        'from ' ~ this ~ ' where ' ~ date_column ~ ' < ' ~ first_changed_day,
        'date',
    )[0]) -}}
{% endmacro %}


{#- For models of syncs by day. A sync belongs to the day it started or, once it ends, to a later one. Asked of the facts, which know
    of syncs that all events have left, too. -#}
{% macro last_day_without_changed_syncs(date_column) %}
    {{- return(fivetran_logs.last_unchanged_day(
        date_column,
        ref('int_fivetran_log__sync_facts'),
        '1 = 1',
        'cast(first_event_at as date)',
        'last_event_at',
    )) -}}
{% endmacro %}

{#- For calls to sources by day: those of a sync may count otherwise once it has a new event, those of none are new themselves. -#}
{% macro last_day_without_changed_calls(date_column) %}
    {%- set changes -%}
        (
            select first_event_at, last_event_at, loaded_at from {{ ref('int_fivetran_log__sync_facts') }}
            union all
            select occurred_at, occurred_at, loaded_at from {{ ref('int_fivetran_log__events') }}
            where sync_key is null and occurred_at <= {{ fivetran_logs.as_of() }} and {{ fivetran_logs.is_api_event() }}
        ) as changes
    {%- endset -%}
    {{- return(fivetran_logs.last_unchanged_day(date_column, changes, '1 = 1', 'cast(first_event_at as date)', 'last_event_at')) -}}
{% endmacro %}


{#- Pre-hooks. -#}
{% macro reopen_days_of_changed_syncs(date_column) -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(date_column ~ ' > ' ~ fivetran_logs.last_day_without_changed_syncs(date_column)) }}
    {%- endif -%}
{%- endmacro %}

{% macro reopen_days_of_changed_calls(date_column) -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(date_column ~ ' > ' ~ fivetran_logs.last_day_without_changed_calls(date_column)) }}
    {%- endif -%}
{%- endmacro %}
