{#- SQL that profiles one source table as staging reads it, or none where the schema lacks it: rows, newest arrival and event,
    events later than now, keys that repeat, and days of usage that nothing can tell as restated or not. Used by `fivetran-logs check`.

    schema  one Platform schema
    now     UTC timestamp that no event should be later than
    since   rows of events are many: their keys are looked at from here on -#}
{% macro source_profile(table_name, schema, now, since) %}
    {%- set definition = fivetran_logs.source_definition(table_name) -%}
    {%- set found = fivetran_logs.find_source_table(definition, schema) -%}
    {%- if not found -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(fivetran_logs.source_profile_sql(definition, schema, found, now, since)) -}}
{% endmacro %}


{% macro source_profile_sql(definition, schema, found, now, since) %}
{%- set event_time = definition.meta.get('event_time') -%}
{%- set now_utc = "cast('" ~ now ~ "' as " ~ fivetran_logs.type_utc_timestamp() ~ ")" -%}
with staged as (

{{ fivetran_logs.stage_one_table(definition, schema, found) }}

),

repeated_keys as (

    select 1 as one
    from staged
    {%- if event_time %}
    where {{ event_time }} >= cast('{{ since }}' as {{ fivetran_logs.type_utc_timestamp() }})
    {%- endif %}
    group by {{ definition.meta.key | join(', ') }}
    having count(*) > 1

)
{%- if definition.name == 'incremental_mar' %},

-- arrived at once, as after a re-sync, but updated on different days: corrected, or true side by side
untold_days as (

    select 1 as one
    from staged
    group by {{ fivetran_logs.date_in_text('measured_date') }}, destination_id, connection_name, schema_name, table_name, sync_type
    having
        min(coalesce(_fivetran_synced, updated_at)) >= {{ fivetran_logs.delivery_began('max(coalesce(_fivetran_synced, updated_at))') }}
        and min(updated_at) < {{ fivetran_logs.time_add('day', '-1', 'max(updated_at)') }}

)
{%- endif %}

select
    count(*) as row_count,
    max(_fivetran_synced) as newest_arrival,
    max({{ event_time or '_fivetran_synced' }}) as newest_event,
    sum(case when {{ event_time or '_fivetran_synced' }} > {{ now_utc }} then 1 else 0 end) as future_rows,
    (select count(*) from repeated_keys) as repeated_keys,
    {{ '(select count(*) from untold_days)' if definition.name == 'incremental_mar' else 0 }} as untold_days
from staged
{% endmacro %}
