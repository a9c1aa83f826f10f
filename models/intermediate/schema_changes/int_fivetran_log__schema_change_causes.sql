{{ config(materialized=fivetran_logs.step_materialization()) }}

-- A change at the source makes Fivetran change the destination: one change, noticed twice, in either order. Lineage says which objects
-- belong together; of several changes of one object the nearest in time is the cause.

with

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

links as (

    {% for level in ['schema', 'table', 'column'] -%}
    select
        '{{ level }}' as change_level,
        source_{{ level }}_id as source_object_id,
        destination_{{ level }}_id as destination_object_id
    from {{ ref('stg_fivetran_log__' ~ level ~ '_lineage') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

candidates as (

    select
        effects.change_id,
        causes.change_id as caused_by_change_id,
        row_number() over (
            partition by effects.change_id
            order by abs({{ fivetran_logs.seconds_between('causes.change_detected_at', 'effects.change_detected_at') }}), causes.change_id
        ) as nearest_first
    from metadata_changes as effects
    inner join links
        on
            effects.change_level = links.change_level
            and effects.object_id = links.destination_object_id
    inner join metadata_changes as causes
        on
            links.change_level = causes.change_level
            and links.source_object_id = causes.object_id
            and effects.change_type = causes.change_type
    where
        effects.side = 'destination'
        and causes.side = 'source'
        and abs({{ fivetran_logs.seconds_between('causes.change_detected_at', 'effects.change_detected_at') }})
        <= 3600 * {{ var('fivetran_logs_schema_change_match_hours') }}

)

select
    change_id,
    caused_by_change_id
from candidates
where nearest_first = 1
