{#- What every incremental model shares. Two facts make a build after new events equal to a full rebuild:

    - a row is *touched* when it arrived since the last build (loaded_at, inclusive, so that ties are not lost), or when
      as-of has passed it since (its time is later than all that the model holds);
    - when as-of went back, what was built then is no basis: the model forgets it and builds anew.

    Bounds are asked for before a model runs and stand in its SQL as literals, each with its meaning beside it: a bound that an
    engine knows while it plans is one it can skip partitions by. -#}

{#- Condition for "touched"; everything is, on a first build.
    loaded_at, occurred_at            columns of what is read
    own_loaded_at, own_occurred_at    columns of this model that hold their newest values -#}
{% macro touched(loaded_at='loaded_at', occurred_at='occurred_at', own_loaded_at='loaded_at', own_occurred_at='last_event_at') -%}
    {%- if is_incremental() -%}
    (
        {{ loaded_at }} >= {{ fivetran_logs.newest(own_loaded_at, own_occurred_at) }}
        or {{ occurred_at }} >= {{ fivetran_logs.newest(own_occurred_at, own_occurred_at) }}
    )
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro %}


{#- The newest value of a column of this model; year 2 where it is empty, or about to forget all since as-of went back.

    forgets_after  column that must not be later than as-of; none where the model never forgets -#}
{% macro newest(column, forgets_after=none) -%}
    {%- set value = 'max(' ~ column ~ ')' -%}
    {%- set meaning = 'newest ' ~ column -%}
    {%- if forgets_after -%}
        {%- set value = 'case when max(' ~ forgets_after ~ ') <= ' ~ fivetran_logs.as_of() ~ ' then ' ~ value ~ ' end' -%}
        {%- set meaning = meaning ~ ' kept' -%}
    {%- endif -%}
    {{- fivetran_logs.bound(meaning, [value], 'from ' ~ this, fivetran_logs.type_utc_timestamp()) -}}
{%- endmacro %}


{#- A day before any that is stored, from which windows can still be counted back: BigQuery's calendar begins with year 1. -#}
{% macro before_all_days() -%}
    0002-01-01
{%- endmacro %}


{#- One value of a query as a literal, asked for once per model and run.

    meaning    says what it is, in the SQL too; one query has one meaning
    values     what the query selects, in one row
    source     the rest of the query
    data_type  a timestamp or a date
    column     which of the values, from 0
    otherwise  stands for null
    or_else    asked in place of source where that gives null
    A unit test has nothing to ask (`this` is the name of a CTE in it): there the query itself stands in the SQL. -#}
{% macro bound(meaning, values, source, data_type, column=0, otherwise=fivetran_logs.before_all_days(), or_else=none) -%}
    {%- if this is string -%}
        coalesce((select {{ values[column] }} {{ or_else or source }}), cast('{{ otherwise }}' as {{ data_type }}))
    {%- else -%}
        {%- set memo = 'fivetran_logs_bound: ' ~ this ~ ' ' ~ meaning -%}
        {%- if memo not in graph -%}
            {%- set asked = 'select ' ~ fivetran_logs.answers(values) | join(', ') ~ ' ' -%}
            {%- set answer = run_query(asked ~ source ~ ' /* asks for ' ~ meaning ~ ' */').rows[0] -%}
            {%- if or_else and answer[0] is none -%}
                {%- set answer = run_query(asked ~ or_else ~ ' /* asks for ' ~ meaning ~ ', whenever that was */').rows[0] -%}
            {%- endif -%}
            {%- do graph.update({memo: answer}) -%}
        {%- endif -%}
        {%- set value = fivetran_logs.time_text(graph[memo][column]) or otherwise -%}
        cast('{{ value }}' as {{ data_type }}) /* {{ meaning ~ (' ' ~ column if column) }} */
    {%- endif -%}
{%- endmacro %}


{#- Expressions in the form a driver hands over unchanged. -#}
{% macro answers(values) %}
    {{- return(adapter.dispatch('answers', 'fivetran_logs')(values)) -}}
{% endmacro %}

{% macro default__answers(values) %}
    {{- return(values) -}}
{% endmacro %}

{#- In session mode a timestamp arrives in the zone of the machine: text does not. -#}
{% macro spark__answers(values) %}
    {%- set texts = [] -%}
    {%- for value in values -%}
        {%- do texts.append('cast(' ~ value ~ ' as string)') -%}
    {%- endfor -%}
    {{- return(texts) -}}
{% endmacro %}


{#- A timestamp or date that a driver gave, as text, in UTC; none for null. -#}
{% macro time_text(value) %}
    {%- if value is none or value is string -%}
        {{- return(value) -}}
    {%- elif value.tzinfo is not defined -%}
        {{- return(value.isoformat()) -}}
    {%- elif value.tzinfo is not none -%}
        {%- set value = value.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    {{- return(value.strftime('%Y-%m-%d %H:%M:%S.%f')) -}}
{% endmacro %}


{#- Pre-hook: empties the model where it has seen later than as-of. -#}
{% macro forget_the_future(occurred_at='last_event_at') -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows('(select max(' ~ occurred_at ~ ') from ' ~ this ~ ') > ' ~ fivetran_logs.as_of()) }}
    {%- endif -%}
{%- endmacro %}


{#- For models of one row per something and day. A day is done again as a whole, and with it every later one, since windows
    look back: the pre-hook removes the days after the last closed one, and the model adds them. So a day that lost its only
    sync goes too, which no merge by key would see to. -#}
{% macro reopen_days(date_column='activity_date') -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(date_column ~ ' > ' ~ fivetran_logs.last_closed_day(date_column)) }}
    {%- endif -%}
{%- endmacro %}


{#- The last day the model holds before the first that a touched sync belongs or belonged to: it belongs to the day it started
    or to a later one. -#}
{% macro last_closed_day(date_column='activity_date') -%}
    {%- if is_incremental() -%}
        {%- set first_touched = fivetran_logs.bound(
            'first touched day',
            ['min(cast(least(sync_started_at, coalesce(sync_at, sync_started_at)) as date))'],
            'from ' ~ ref('int_fivetran_log__syncs') ~ ' where ' ~ fivetran_logs.touched(occurred_at='last_event_at'),
            'date',
            otherwise='9999-12-31',
        ) -%}
        {{- fivetran_logs.last_day_before(date_column, first_touched) -}}
    {%- else -%}
        cast('{{ fivetran_logs.before_all_days() }}' as date)
    {%- endif -%}
{%- endmacro %}


{#- The same for a model that counts events by the day they happened. The day of as-of is never closed: more of it is to come. -#}
{% macro last_closed_event_day(date_column='activity_date') -%}
    {%- if is_incremental() -%}
        {%- set first_touched = fivetran_logs.bound(
            'first touched day',
            ['min(cast(occurred_at as date))'],
            'from ' ~ ref('int_fivetran_log__events') ~ ' where ' ~ fivetran_logs.touched(),
            'date',
            otherwise='9999-12-31',
        ) -%}
        {{- fivetran_logs.last_day_before(date_column, 'least(' ~ first_touched ~ ', ' ~ fivetran_logs.as_of_date() ~ ')') -}}
    {%- else -%}
        cast('{{ fivetran_logs.before_all_days() }}' as date)
    {%- endif -%}
{%- endmacro %}

{% macro reopen_event_days(date_column='activity_date') -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(date_column ~ ' > ' ~ fivetran_logs.last_closed_event_day(date_column)) }}
    {%- endif -%}
{%- endmacro %}

{% macro last_day_before(date_column, date) -%}
    {{- fivetran_logs.bound(
        'last closed day',
        ['max(' ~ date_column ~ ')'],
        'from ' ~ this ~ ' where ' ~ date_column ~ ' < ' ~ date,
        'date',
    ) -}}
{%- endmacro %}


{#- Rows of the log that an earlier build has not taken. Each Platform schema arrives at its own pace, and one that is late must
    not be skipped because another is ahead; where the source does not say when a row arrived, the last days are read again.
    One select each, not one condition for all: of constant names and one bound an engine knows which tables and parts to skip.

    relation  with log_source, platform_schema, occurred_at and _fivetran_synced -#}
{% macro not_taken_yet(relation) -%}
{%- if is_incremental() -%}
    {%- for source in fivetran_logs.log_sources() -%}
select * from {{ relation }}
where
    {{ source.condition }}
    and (
        _fivetran_synced >= {{ source.newest_arrival }}
        or (
            _fivetran_synced is null
            and occurred_at >= {{ source.read_again_from }}
        )
    )
{{ '\nunion all\n\n' if not loop.last }}
    {%- endfor -%}
{%- else -%}
select * from {{ relation }}
{%- endif -%}
{%- endmacro %}


{#- Condition: a row is not held yet. The newest of each source are read again, since more of the same moment may have come; to
    take those we hold for news would compute their syncs, and all days since, in each build. What arrived after them is news even
    where we hold an earlier version of it. -#}
{% macro not_held_yet() -%}
    {%- if is_incremental() and fivetran_logs.keeps_arrival() -%}
case
    {%- for source in fivetran_logs.log_sources() %}
    when {{ source.condition }} and {{ fivetran_logs.arrived_at() }} > {{ source.newest_arrival }} then ''
    {%- endfor %}
    else event_key
end not in (
    {%- for source in fivetran_logs.log_sources() %}
    select event_key from {{ this }}
    where
        {{ source.condition }}
        and arrived_at = {{ source.newest_arrival }}
        and occurred_at >= {{ fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_lookback_days'), source.newest_arrival) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
    {%- else -%}
1 = 1
    {%- endif -%}
{%- endmacro %}


{#- The logs of each Platform schema, with what this model holds of them: [{condition, newest_arrival, read_again_from}]. -#}
{% macro log_sources() %}
    {%- set arrival = 'coalesce(arrived_at, loaded_at)' if fivetran_logs.keeps_arrival() else 'loaded_at' -%}
    {%- set last_event_at = 'max(case when occurred_at <= ' ~ fivetran_logs.as_of() ~ ' then occurred_at end)' -%}
    {%- set newest = [
        'max(' ~ arrival ~ ')',
        fivetran_logs.time_add('day', '-' ~ var('fivetran_logs_lookback_days'), last_event_at) | trim,
    ] -%}
    {%- set timestamp = fivetran_logs.type_utc_timestamp() -%}
    {%- set sources = [] -%}
    {%- for schema in fivetran_logs.platform_schemas() -%}
        {%- for log_source in ['log', 'connector_sdk'] -%}
            {%- set condition = "log_source = '" ~ log_source ~ "' and platform_schema = '" ~ schema | replace("'", "''") ~ "'" -%}
            {#- a source still written to shows it in its last days: only a silent one is sought in all that is kept -#}
            {%- set kept = 'from ' ~ this ~ ' where ' ~ condition -%}
            {%- set lately = kept ~ ' and occurred_at >= ' ~ fivetran_logs.days_ago(30) -%}
            {%- set meaning = 'newest of source ' ~ (sources | length + 1) -%}
            {%- do sources.append({
                'condition': condition,
                'newest_arrival': fivetran_logs.bound(meaning, newest, lately, timestamp, 0, or_else=kept),
                'read_again_from': fivetran_logs.bound(meaning, newest, lately, timestamp, 1, or_else=kept),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(sources) -}}
{% endmacro %}


{#- Whether this model has arrived_at: one built before that was kept gains it in this very build, and till then loaded_at says
    the same. -#}
{% macro keeps_arrival() %}
    {%- set memo = 'fivetran_logs_keeps_arrival: ' ~ this -%}
    {%- if this is not string and memo not in graph -%}
        {%- do graph.update({memo: run_query('select * from ' ~ this ~ ' where 1 = 0').column_names | map('lower') | list}) -%}
    {%- endif -%}
    {{- return(this is string or 'arrived_at' in graph[memo]) -}}
{% endmacro %}


{#- Pre-hook: removes the syncs without sync_id whose connection has news. A late start may have moved their events to another
    sync, and a merge by key would keep what is left of them. -#}
{% macro forget_regrouped_syncs() -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(
            'sync_key in (select sync_key from ' ~ ref('int_fivetran_log__legacy_sync_events')
            ~ ' where loaded_at >= ' ~ fivetran_logs.newest('loaded_at') ~ ')'
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- CTE that says which syncs are to be computed: those with news, each then from all its events; none on a first build, which
    takes all.

    condition  which events count as news -#}
{% macro touched_syncs(condition='1 = 1') -%}
touched_syncs as (

    select distinct sync_key
    from {{ ref('int_fivetran_log__sync_events') }}
    where {{ fivetran_logs.is_news(condition) if is_incremental() else '1 = 0' }}

),
{%- endmacro %}

{% macro is_news(condition) -%}
    occurred_at <= {{ fivetran_logs.as_of() }}
    and {{ condition }}
    and {{ fivetran_logs.touched() }}
{%- endmacro %}


{#- Their events up to as-of, of the kinds that a step needs: each step reads its own few columns and rows, where one CTE for all
    would be kept whole in memory. What lies before the first event of any touched sync need not be read.

    condition       which events
    news_condition  as given to touched_syncs -#}
{% macro events_of_touched_syncs(condition='1 = 1', news_condition='1 = 1') -%}
{{ ref('int_fivetran_log__sync_events') }}
where
    occurred_at <= {{ fivetran_logs.as_of() }}
    and {{ condition }}
    {%- if is_incremental() %}
    and occurred_at >= {{ fivetran_logs.first_event_of_touched_syncs(news_condition) }}
    and sync_key in (select sync_key from touched_syncs)
    {%- endif %}
{%- endmacro %}

{#- A touched sync that the model holds may have begun before its news. -#}
{% macro first_event_of_touched_syncs(news_condition) -%}
    {%- set first_event_at = 'min(least(news.first_news_at, coalesce(done.first_event_at, news.first_news_at)))' -%}
    {%- set source -%}
        from (
            select
                sync_key,
                min(occurred_at) as first_news_at
            from {{ ref('int_fivetran_log__sync_events') }}
            where {{ fivetran_logs.is_news(news_condition) }}
            group by sync_key
        ) as news
        left join {{ this }} as done on news.sync_key = done.sync_key
    {%- endset -%}
    {{- fivetran_logs.bound('first event of touched syncs', [first_event_at], source, fivetran_logs.type_utc_timestamp()) -}}
{%- endmacro %}
