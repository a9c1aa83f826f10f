-- Metadata and log joined to one history. The log tells of the destination only, so only its changes there can be the same as
-- a metadata row; of the two, the metadata row stays because it knows the types and what lies downstream.

{%- set columns = [
    'change_id', 'change_detected_at', 'connection_id', 'schema_name', 'table_name', 'column_name', 'change_level', 'change_type',
    'previous_data_type', 'new_data_type', 'side', 'evidence', 'downstream_tables', 'downstream_columns',
] %}

with

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

told_changes as (

    select * from {{ ref('int_fivetran_log__logged_changes') }}

),

-- an event that names a table alone means the one schema that has it, where all that is known of the connection leaves one
only_schemas as (

    {{ fivetran_logs.only_schemas('told_changes', 'metadata_changes') | indent(4) }}

),

logged_changes as (

    select
        {%- for column in columns if not column.startswith('downstream_') %}
        {{ 'coalesce(told_changes.schema_name, only_schemas.schema_name) as schema_name' if column == 'schema_name' else 'told_changes.' ~ column }},
        {%- endfor %}
        cast(null as {{ dbt.type_bigint() }}) as downstream_tables,
        cast(null as {{ dbt.type_bigint() }}) as downstream_columns,
        told_changes.columns_created
    from told_changes
    left join only_schemas
        on told_changes.connection_id = only_schemas.connection_id and lower(told_changes.table_name) = only_schemas.table_key

),

same_changes as (

    select
        logged_changes.change_id as logged_id,
        metadata_changes.change_id as metadata_id,
        abs({{ fivetran_logs.seconds_between('metadata_changes.change_detected_at', 'logged_changes.change_detected_at') }}) as seconds_apart
    from logged_changes
    inner join metadata_changes
        on
            logged_changes.connection_id = metadata_changes.connection_id
            and logged_changes.side = metadata_changes.side
            and logged_changes.change_level = metadata_changes.change_level
            and logged_changes.change_type = metadata_changes.change_type
            and lower(coalesce(logged_changes.schema_name, metadata_changes.schema_name, ''))
            = lower(coalesce(metadata_changes.schema_name, ''))
            and lower(coalesce(logged_changes.table_name, '')) = lower(coalesce(metadata_changes.table_name, ''))
            and lower(coalesce(logged_changes.column_name, '')) = lower(coalesce(metadata_changes.column_name, ''))
            and logged_changes.change_detected_at >= {{ fivetran_logs.time_add(
                'hour', '-' ~ var('fivetran_logs_schema_change_match_hours'), 'metadata_changes.change_detected_at'
            ) }}
            and logged_changes.change_detected_at <= {{ fivetran_logs.time_add(
                'hour', var('fivetran_logs_schema_change_match_hours'), 'metadata_changes.change_detected_at'
            ) }}

),

-- one to one: what was added, dropped and added again within a day stays three changes
{{ fivetran_logs.told_twice('same_changes', 'logged_id', 'metadata_id', 'seconds_apart') }}

unioned as (

    select {{ columns | join(', ') }}
    from metadata_changes

    union all

    select {{ columns | join(', ') }}
    from logged_changes
    where change_id not in (select logged_id from told_twice)

),

-- the last type known of a column before, where the change itself does not say
{{ fivetran_logs.types_before('unioned', 'logged_changes') }}

typed as (

    select
        {%- for column in columns %}
        {% if column == 'previous_data_type' -%}
        case
            when unioned.change_type = 'type_changed' then coalesce(unioned.previous_data_type, types_before.data_type)
            else unioned.previous_data_type
        end as previous_data_type
        {%- else -%}
        unioned.{{ column }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from unioned
    left join types_before on unioned.change_id = types_before.change_id

),

ranked as (

    select
        *,
        {{ fivetran_logs.type_rank("case when change_type = 'type_changed' then previous_data_type end") }} as previous_rank,
        {{ fivetran_logs.type_rank("case when change_type = 'type_changed' then new_data_type end") }} as new_rank
    from typed

)

select
    {{ columns | join(',\n    ') }},
    cast(change_detected_at as date) as change_date,
    coalesce({{ fivetran_logs.is_breaking_change() }}, false) as is_breaking
from ranked
