-- The *_change_event tables as one list. Creating a column writes one event per attribute, which is one change; later events
-- hold the new value alone, so the previous one is looked up in the event before of the same column and attribute.

with

events as (

    {% for side in ['source', 'destination'] %}
    {% for level in ['schema', 'table', 'column'] -%}
    select
        '{{ side }}' as side,
        '{{ level }}' as change_level,
        {{ level }}_id as object_id,
        connection_id,
        detected_at,
        change_type as recorded_type,
        {%- if level == 'column' %}
        attribute_name,
        new_value
        {%- else %}
        cast(null as {{ dbt.type_string() }}) as attribute_name,
        cast(null as {{ dbt.type_string() }}) as new_value
        {%- endif %}
    from {{ ref('stg_fivetran_log__' ~ side ~ '_' ~ level ~ '_change_event') }}
    {{ 'union all' if not (loop.last and side == 'destination') }}
    {% endfor %}
    {%- endfor %}

),

ordered as (

    select
        *,
        min(detected_at) over (partition by side, change_level, object_id) as first_detected_at,
        lag(new_value) over (
            partition by side, change_level, object_id, lower(attribute_name)
            order by detected_at
        ) as previous_value
    from events

),

typed as (

    select
        *,
        {{ fivetran_logs.change_type_of('recorded_type', 'attribute_name', 'detected_at = first_detected_at') }} as change_type
    from ordered

),

changes as (

    select
        side,
        change_level,
        object_id,
        detected_at,
        change_type,
        -- what adds or drops an object is one change however many attributes tell of it
        case when change_type in ('added', 'dropped') then '' else coalesce(lower(attribute_name), '') end as attribute_name,
        max(connection_id) as connection_id,
        max(case when change_type = 'type_changed' then previous_value end) as previous_data_type,
        max(case when lower(attribute_name) like '%type%' then new_value end) as new_data_type
    from typed
    group by 1, 2, 3, 4, 5, 6

),

objects as (

    select * from {{ ref('int_fivetran_log__schema_objects') }}

)

select
    {{ fivetran_logs.hash_of([
        'changes.side', 'changes.change_level', 'changes.object_id', fivetran_logs.microseconds('changes.detected_at'),
        'changes.change_type', 'changes.attribute_name'
    ]) }} as change_id,
    changes.object_id,
    changes.detected_at as change_detected_at,
    coalesce(changes.connection_id, objects.connection_id) as connection_id,
    objects.schema_name,
    objects.table_name,
    objects.column_name,
    changes.change_level,
    changes.change_type,
    changes.previous_data_type,
    changes.new_data_type,
    changes.side,
    'metadata' as evidence,
    objects.downstream_tables,
    objects.downstream_columns
from changes
left join objects
    on
        changes.side = objects.side
        and changes.change_level = objects.change_level
        and changes.object_id = objects.object_id
where changes.detected_at <= {{ fivetran_logs.as_of() }}
