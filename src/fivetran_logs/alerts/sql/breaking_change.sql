select
    'breaking_change:' || change_id as alert_key,
    case when impact_level in ('critical', 'high', 'medium') then impact_level else 'low' end as severity,
    change_detected_at as since,
    connection_id,
    connection_name,
    connector_name,
    destination_name,
    team,
    owner,
    change_id as cause,
    change_level || ' ' || change_type || ': ' || coalesce(schema_name, '?') || '.' || coalesce(table_name, '?')
    || case when column_name is not null then '.' || column_name else '' end
    || case
        when new_data_type is not null then ' (' || coalesce(previous_data_type, '?') || ' to ' || new_data_type || ')'
        else ''
    end as what,
    downstream_tables,
    downstream_columns,
    coalesce('Check what reads it: ' || downstream_model_names, 'Check the models and reports that read it.') as next_step
from {{ ref('fct_fivetran_schema_change_history') }}
where is_breaking and caused_by_change_id is null and change_detected_at > {{ fivetran_logs.days_ago(7) }}
order by alert_key
