-- Metadata and log joined to one history. The log tells of the destination only, so only its changes there can be the same as
-- a metadata row; of the two, the metadata row stays because it knows the types and what lies downstream.

with

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

logged_changes as (

    select * from {{ ref('int_fivetran_log__logged_changes') }}

),

told_twice as (

    select distinct logged_changes.change_id
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

unioned as (

    select * from metadata_changes

    union all

    select
        logged_changes.change_id,
        logged_changes.change_detected_at,
        logged_changes.connection_id,
        logged_changes.schema_name,
        logged_changes.table_name,
        logged_changes.column_name,
        logged_changes.change_level,
        logged_changes.change_type,
        logged_changes.previous_data_type,
        logged_changes.new_data_type,
        logged_changes.side,
        logged_changes.evidence,
        cast(null as {{ dbt.type_bigint() }}) as downstream_tables,
        cast(null as {{ dbt.type_bigint() }}) as downstream_columns
    from logged_changes
    left join told_twice on logged_changes.change_id = told_twice.change_id
    where told_twice.change_id is null

),

-- the last type known of a column before, where the change itself does not say
with_previous as (

    select
        change_id,
        change_detected_at,
        connection_id,
        schema_name,
        table_name,
        column_name,
        change_level,
        change_type,
        case
            when change_type = 'type_changed'
                then coalesce(
                    previous_data_type,
                    lag(new_data_type) over (
                        partition by side, connection_id, schema_name, table_name, column_name
                        order by change_detected_at, change_id
                    )
                )
            else previous_data_type
        end as previous_data_type,
        new_data_type,
        side,
        evidence,
        downstream_tables,
        downstream_columns
    from unioned

)

select
    *,
    cast(change_detected_at as date) as change_date,
    coalesce({{ fivetran_logs.is_breaking_change() }}, false) as is_breaking
from with_previous
