{#- For models of syncs. A changed sync is recomputed from all its events. A model lists changed syncs in a CTE `changed_syncs`, with
    the condition new_events_of_syncs, and each step reads its few columns with of_changed_syncs. DuckDB would keep one CTE of events
    for all steps in memory. -#}

{#- Condition on int_fivetran_log__sync_events: the event is new, of a relevant kind, and not later than as-of. -#}
{% macro new_events_of_syncs(newest, condition='1 = 1') -%}
    occurred_at <= {{ fivetran_logs.as_of() }}
    and {{ condition }}
    and {{ fivetran_logs.is_new(newest) }}
{%- endmacro %}


{#- The time of the first event of any changed sync, as a literal: earlier events need not be read. A stored sync that changed may
    have begun before its new events. `none` on a first build, and where all rows are computed again since their table is of an earlier
    version.

    new_events  the result of new_events_of_syncs -#}
{% macro first_event_of_changed_syncs(new_events) %}
    {%- if not is_incremental() or not fivetran_logs.has_column('rules_version') -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set source -%}
        from (
            select
                sync_key,
                min(occurred_at) as first_new_at
            from {{ ref('int_fivetran_log__sync_events') }}
            where {{ new_events }}
            group by sync_key
        ) as new_events
        left join {{ this }} as stored on new_events.sync_key = stored.sync_key
    {%- endset -%}
    {{- return(fivetran_logs.bounds(
        'first event of changed syncs',
        ['min(least(new_events.first_new_at, coalesce(stored.first_event_at, new_events.first_new_at)))'],
        source,
        fivetran_logs.type_utc_timestamp(),
        {0: fivetran_logs.after_all_days()},
    )[0]) -}}
{% endmacro %}


{#- Condition on int_fivetran_log__sync_events: the event belongs to a changed sync and is not later than as-of.

    first_event_at  the result of first_event_of_changed_syncs -#}
{% macro of_changed_syncs(first_event_at) -%}
    occurred_at <= {{ fivetran_logs.as_of() }}
    {%- if first_event_at %}
    and occurred_at >= {{ first_event_at }}
    and sync_key in (select sync_key from changed_syncs)
    {%- endif %}
{%- endmacro %}


{#- Pre-hook: deletes the syncs that may have lost events to another sync: those without sync_id whose connection has new events, since a
    late sync_start divides them, and those with a new left_sync. A replacement by key would keep the old rows. -#}
{% macro forget_regrouped_syncs() -%}
    {%- if execute and is_incremental() and fivetran_logs.has_column('rules_version') -%}
        {%- set newest = fivetran_logs.bounds(
            'newest stored after forgetting', ['max(loaded_at)'], 'from ' ~ this, fivetran_logs.type_utc_timestamp()
        )[0] -%}
        {{ fivetran_logs.delete_rows(
            'sync_key in (select sync_key from ' ~ ref('int_fivetran_log__legacy_sync_events') ~ ' where loaded_at > ' ~ newest
            ~ ' union all select sync_key from ' ~ ref('int_fivetran_log__sync_events') ~ ' where loaded_at > ' ~ newest
            ~ ' and message_event = ' ~ fivetran_logs.left_sync() ~ ' and occurred_at <= ' ~ fivetran_logs.as_of() ~ ')'
        ) }}
    {%- endif -%}
{%- endmacro %}
