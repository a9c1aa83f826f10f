{{ config(materialized=fivetran_logs.view_materialization()) }}

with

issues as (

    select * from {{ ref('int_fivetran_log__issues') }}

),

fingerprints as (

    select * from {{ ref('int_fivetran_log__issue_fingerprints') }}

),

echoes as (

    select * from {{ ref('int_fivetran_log__issue_echoes') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

)

select
    issues.error_id,
    issues.occurred_at,
    issues.error_date,
    issues.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    issues.sync_id,
    issues.severity,
    issues.log_source,
    issues.message_event,
    issues.error_type,
    issues.error_category,
    issues.error_message,
    issues.error_fingerprint,
    fingerprints.is_recurring_error,
    fingerprints.occurrences,
    fingerprints.occurrences_last_7d,
    fingerprints.first_seen_at,
    fingerprints.last_seen_at,
    fingerprints.affected_connections,
    fingerprints.affected_tables,
    issues.root_cause,
    issues.suggested_action,
    echoes.error_id is not null as is_echo,
    issues.source_event_id
from issues
left join fingerprints
    on
        coalesce(issues.connection_id, '') = coalesce(fingerprints.connection_id, '')
        and issues.error_fingerprint = fingerprints.error_fingerprint
left join echoes on issues.error_id = echoes.error_id
left join connections on issues.connection_id = connections.connection_id
