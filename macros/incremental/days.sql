{#- For models with a row per day. A changed day is recomputed as a whole, and so is every later day, because windows look back. A
    pre-hook deletes the days after the last unchanged one, and the model adds them. So a day that lost its only sync disappears
    too; a merge by key would keep it. -#}

{#- The last stored day before the first changed one, as a literal; before all days on a first build.

    date_column  day of this model
    relation     relation in which changes are searched
    condition    condition on its rows
    day          expression: the first day that a row belongs to
    occurred_at  column: its newest event -#}
{% macro last_unchanged_day(date_column, relation, condition, day, occurred_at) %}
    {%- if not is_incremental() -%}
        {{- return("cast('" ~ fivetran_logs.before_all_days() ~ "' as date)") -}}
    {%- endif -%}
    {%- set newest = fivetran_logs.newest_stored() -%}
    {%- if not newest.keeps_rows -%}
        {{- return("cast('" ~ fivetran_logs.before_all_days() ~ "' as date)") -}}
    {%- endif -%}
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


{#- For models of syncs by day. A sync belongs to the day of its start or, once it ends, to the day of its end. The facts also have syncs
    that lost all their events. -#}
{% macro last_day_without_changed_syncs(date_column) %}
    {{- return(fivetran_logs.last_unchanged_day(
        date_column,
        ref('int_fivetran_log__sync_facts'),
        '1 = 1',
        'cast(first_event_at as date)',
        'last_event_at',
    )) -}}
{% endmacro %}

{#- For calls to sources by day: a new event may change which calls of its sync count; calls without a sync are new themselves. -#}
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
