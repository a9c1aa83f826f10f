with

schema_changes as (

    select * from {{ ref('int_fivetran_log__schema_changes') }}

),

change_reach as (

    select * from {{ ref('int_fivetran_log__change_reach') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

)

select
    schema_changes.change_id,
    schema_changes.change_detected_at,
    schema_changes.change_date,
    schema_changes.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    schema_changes.schema_name,
    schema_changes.table_name,
    schema_changes.column_name,
    schema_changes.change_level,
    schema_changes.change_type,
    schema_changes.previous_data_type,
    schema_changes.new_data_type,
    schema_changes.side,
    schema_changes.evidence,
    schema_changes.is_breaking,
    schema_changes.caused_by_change_id,
    {{ fivetran_logs.as_rows('schema_changes.downstream_tables') }} as downstream_tables,
    {{ fivetran_logs.as_rows('schema_changes.downstream_columns') }} as downstream_columns,
    -- a breaking change of which nothing is known downstream is taken seriously all the same
    case
        when
            schema_changes.is_breaking
            and coalesce(nullif(schema_changes.downstream_columns, 0), schema_changes.downstream_tables, schema_changes.downstream_columns, 1) > 0
            then 'high'
        when schema_changes.is_breaking or schema_changes.change_type = 'type_changed' then 'medium'
        else 'low'
    end as impact_level,
    {{ fivetran_logs.as_rows('change_reach.paid_active_rows') }} as paid_active_rows,
    connections.owner,
    connections.team,
    {{ fivetran_logs.as_rows('change_reach.downstream_models') }} as downstream_models,
    {{ fivetran_logs.as_rows('change_reach.downstream_exposures') }} as downstream_exposures,
    change_reach.downstream_model_names,
    change_reach.downstream_exposure_names,
    change_reach.downstream_owners,
    schema_changes.previous_column_name,
    schema_changes.rename_reason
from schema_changes
left join change_reach on schema_changes.change_id = change_reach.change_id
left join connections on schema_changes.connection_id = connections.connection_id
