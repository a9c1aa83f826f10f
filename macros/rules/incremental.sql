{#- What every incremental model shares. Two facts make a build after new events equal to a full rebuild:

    - a row is *touched* when it arrived since the last build (loaded_at, inclusive, so that ties are not lost), or when
      as-of has passed it since (its time is later than all that the model holds);
    - when as-of went back, what was built then is no basis: the model forgets it and builds anew. -#}

{#- Condition for "touched"; everything is, on a first build.
    loaded_at, occurred_at            columns of what is read
    own_loaded_at, own_occurred_at    columns of this model that hold their newest values -#}
{% macro touched(loaded_at='loaded_at', occurred_at='occurred_at', own_loaded_at='loaded_at', own_occurred_at='last_event_at') -%}
    {%- if is_incremental() -%}
    (
        {{ loaded_at }} >= {{ fivetran_logs.newest(own_loaded_at) }}
        or {{ occurred_at }} >= {{ fivetran_logs.newest(own_occurred_at) }}
    )
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro %}


{% macro newest(column) -%}
    (select coalesce(max({{ column }}), cast('0001-01-01' as {{ fivetran_logs.type_utc_timestamp() }})) from {{ this }})
{%- endmacro %}


{#- Pre-hook: empties the model where it has seen later than as-of. -#}
{% macro forget_the_future(occurred_at='last_event_at') -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where exists (
            select 1 from {{ this }} as later
            where later.{{ occurred_at }} > {{ fivetran_logs.as_of() }}
        )
    {%- endif -%}
{%- endmacro %}


{#- For models of one row per something and day. A day is done again as a whole, and with it every later one, since windows
    look back: the pre-hook removes the days from the first that a touched sync belongs or belonged to, and the model adds all
    days after the last that is left. So a day that lost its only sync goes too, which no merge by key would see to. -#}
{% macro reopen_days(date_column='activity_date') -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where
            {{ date_column }} >= (
                select min(cast(sync_started_at as date))
                from {{ ref('int_fivetran_log__syncs') }}
                where {{ fivetran_logs.touched(occurred_at='last_event_at') }}
            )
            or exists (
                select 1 from {{ this }} as later
                where later.last_event_at > {{ fivetran_logs.as_of() }}
            )
    {%- endif -%}
{%- endmacro %}


{#- The last day the model still holds after reopen_days(); days after it are to be added. -#}
{% macro last_closed_day(date_column='activity_date') -%}
    {%- if is_incremental() -%}
        (select coalesce(max({{ date_column }}), cast('0001-01-01' as date)) from {{ this }})
    {%- else -%}
        cast('0001-01-01' as date)
    {%- endif -%}
{%- endmacro %}


{#- The same for a model that counts events by the day they happened. -#}
{% macro reopen_event_days(date_column='activity_date') -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where
            {{ date_column }} >= (
                select min(cast(occurred_at as date))
                from {{ ref('int_fivetran_log__events') }}
                where {{ fivetran_logs.touched() }}
            )
            or {{ date_column }} >= {{ fivetran_logs.as_of_date() }}
    {%- endif -%}
{%- endmacro %}


{#- Rows of the log that an earlier build has not taken. Each Platform schema arrives at its own pace, and one that is late must
    not be skipped because another is ahead; where the source does not say when a row arrived, the last days are read again.

    relation  with log_source, platform_schema, occurred_at and _fivetran_synced -#}
{% macro not_taken_yet(relation) -%}
{%- if is_incremental() -%}
select {{ relation }}.*
from {{ relation }}
left join (
    select
        log_source,
        platform_schema,
        max(loaded_at) as loaded_at,
        max(occurred_at) as occurred_at
    from {{ this }}
    group by log_source, platform_schema
) as taken
    on
        {{ relation }}.log_source = taken.log_source
        and {{ relation }}.platform_schema = taken.platform_schema
where
    taken.loaded_at is null
    or {{ relation }}._fivetran_synced >= taken.loaded_at
    or (
        {{ relation }}._fivetran_synced is null
        and {{ relation }}.occurred_at >= {{ dbt.dateadd('day', '-' ~ var('fivetran_logs_lookback_days'), 'taken.occurred_at') }}
    )
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{%- endmacro %}


{#- Pre-hook: removes the syncs without sync_id whose connection has news. A late start may have moved their events to another
    sync, and a merge by key would keep what is left of them. -#}
{% macro forget_regrouped_syncs() -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where sync_key in (
            select sync_key
            from {{ ref('int_fivetran_log__legacy_sync_events') }}
            where loaded_at >= {{ fivetran_logs.newest('loaded_at') }}
        )
    {%- endif -%}
{%- endmacro %}


{#- CTEs that say which syncs are to be computed: those with news, each then from all its events; none on a first build, which
    takes all. `touched_range` is the first instant any of them has an event at: what lies before it need not be read.

    condition  which events count as news -#}
{% macro touched_syncs(condition='1 = 1') -%}
touched_syncs as (

    select
        sync_key,
        min(occurred_at) as first_news_at
    from {{ ref('int_fivetran_log__sync_events') }}
    where
        {{ 'occurred_at <= ' ~ fivetran_logs.as_of() if is_incremental() else '1 = 0' }}
        and {{ condition }}
        and {{ fivetran_logs.touched() }}
    group by sync_key

),

touched_range as (

    {% if is_incremental() -%}
    select min(least(touched_syncs.first_news_at, coalesce(done.first_event_at, touched_syncs.first_news_at))) as first_event_at
    from touched_syncs
    left join {{ this }} as done on touched_syncs.sync_key = done.sync_key
    {%- else -%}
    select min(first_news_at) as first_event_at
    from touched_syncs
    {%- endif %}

),
{%- endmacro %}


{#- Their events up to as-of, of the kinds that a step needs: each step reads its own few columns and rows, where one CTE for all
    would be kept whole in memory.

    condition  which events -#}
{% macro events_of_touched_syncs(condition='1 = 1') -%}
{{ ref('int_fivetran_log__sync_events') }}
where
    occurred_at <= {{ fivetran_logs.as_of() }}
    and {{ condition }}
    {%- if is_incremental() %}
    and occurred_at >= (select first_event_at from touched_range)
    and sync_key in (select sync_key from touched_syncs)
    {%- endif %}
{%- endmacro %}
