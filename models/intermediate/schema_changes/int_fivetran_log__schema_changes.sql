-- The one history of schema changes, with the type before and whether a change can break what reads the object.

{%- set columns = [
    'change_id', 'change_detected_at', 'connection_id', 'schema_name', 'table_name', 'column_name', 'change_level', 'change_type',
    'previous_data_type', 'new_data_type', 'side', 'evidence', 'downstream_tables', 'downstream_columns',
] %}

with

changes as (

    select * from {{ ref('int_fivetran_log__distinct_schema_changes') }}
    where not ({{ fivetran_logs.is_own_object('schema_name', 'table_name') }})

),

types_before as (

    select * from {{ ref('int_fivetran_log__column_types_before') }}

),

causes as (

    select * from {{ ref('int_fivetran_log__schema_change_causes') }}

),

renames as (

    select * from {{ ref('int_fivetran_log__probable_renames') }}

),

typed as (

    select
        {%- for column in columns if column not in ('previous_data_type', 'change_type') %}
        changes.{{ column }},
        {%- endfor %}
        changes.change_type as recorded_type,
        -- the last type known of the column, where the change itself does not say
        case
            when changes.change_type = 'type_changed' then coalesce(changes.previous_data_type, types_before.data_type)
            else changes.previous_data_type
        end as previous_data_type,
        causes.caused_by_change_id,
        -- the log tells of the destination; of a rename there and what caused it, both are one
        max(renames.previous_column_name) over (
            partition by coalesce(causes.caused_by_change_id, changes.change_id)
        ) as previous_column_name
    from changes
    left join types_before on changes.change_id = types_before.change_id
    left join causes on changes.change_id = causes.change_id
    left join renames on changes.change_id = renames.change_id
    where changes.change_id not in (select dropped.dropped_change_id from renames as dropped)

),

named as (

    select
        *,
        case when previous_column_name is not null then 'renamed' else recorded_type end as change_type
    from typed

),

ranked as (

    select
        *,
        {{ fivetran_logs.type_rank("case when change_type = 'type_changed' then previous_data_type end") }} as previous_rank,
        {{ fivetran_logs.type_rank("case when change_type = 'type_changed' then new_data_type end") }} as new_rank
    from named

),

judged as (

    select
        *,
        coalesce({{ fivetran_logs.is_breaking_change() }}, false) as breaks_readers
    from ranked

)

select
    {{ columns | join(',\n    ') }},
    previous_column_name,
    'probably renamed: the sync that added this column dropped ' || previous_column_name
    || ' from the same table, and no other column of that type came or went with it' as rename_reason,
    caused_by_change_id,
    cast(change_detected_at as date) as change_date,
    -- a change and what it caused break readers once: the cause says so for both
    caused_by_change_id is null
    and max(case when breaks_readers then 1 else 0 end) over (partition by coalesce(caused_by_change_id, change_id)) = 1 as is_breaking
from judged
