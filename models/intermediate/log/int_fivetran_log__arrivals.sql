{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key=['platform_schema', 'log_source', 'arrival_hour'],
        on_schema_change='append_new_columns',
    )
}}

-- What the source holds, so that the events find out cheaply which of it they have not taken: an older export that is appended, a
-- Platform schema that joins, an earlier start of the log bring rows that arrived before others which were taken long ago. Two
-- columns are counted, chatter included. An hour that lost rows is read again too: it may have gained others. So is every hour that the
-- events took by other rules than today's, those of which the source has nothing left included.

{%- set today = fivetran_logs.rules_version('events') %}
{%- set is_compared = is_incremental() and fivetran_logs.has_column('rules_version') %}

with

log as (

    select
        'log' as log_source,
        platform_schema,
        coalesce(time_stamp, _fivetran_synced) as occurred_at,
        _fivetran_synced
    from {{ ref('stg_fivetran_log__log') }}

),

connector_sdk_log as (

    select
        'connector_sdk' as log_source,
        platform_schema,
        coalesce(event_time, _fivetran_synced) as occurred_at,
        _fivetran_synced
    from {{ ref('stg_fivetran_log__connector_sdk_log') }}

),

log_rows as (

    select * from log
    union all
    select * from connector_sdk_log

),

hours as (

    select
        platform_schema,
        log_source,
        {{ fivetran_logs.arrival_hour() }} as arrival_hour,
        count(*) as row_count,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        max(_fivetran_synced) as last_arrival_at
    from log_rows
    where {{ fivetran_logs.after_log_start() }}
    group by 1, 2, 3

)

select
    {%- for column in ['platform_schema', 'log_source', 'arrival_hour'] %}
    {{ 'coalesce(hours.' ~ column ~ ', stored.' ~ column ~ ') as ' ~ column if is_incremental() else 'hours.' ~ column }},
    {%- endfor %}
    coalesce(hours.row_count, 0) as row_count,
    hours.first_event_at,
    hours.last_event_at,
    false as is_taken,
    hours.last_arrival_at,
    {{ "case when stored.rules_version = '" ~ today ~ "' then stored.rules_version end" if is_compared else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as rules_version
from hours
{%- if is_incremental() %}
full outer join {{ this }} as stored
    on
        hours.platform_schema = stored.platform_schema
        and hours.log_source = stored.log_source
        and hours.arrival_hour = stored.arrival_hour
{%- endif %}
{%- if is_compared %}
where
    stored.row_count is null
    or stored.is_taken and coalesce(stored.rules_version, '') <> '{{ today }}'
    or coalesce(hours.row_count, 0) <> stored.row_count
    or hours.first_event_at <> stored.first_event_at
    or hours.last_event_at <> stored.last_event_at
{%- endif %}
