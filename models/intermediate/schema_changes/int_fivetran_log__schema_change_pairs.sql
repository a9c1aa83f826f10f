{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Which change of the log is which of the metadata: mutual nearest neighbours in time, then once more among the rest, since two
-- changes may follow each other faster than they are noticed. One to one: what was added, dropped and added again within a day stays
-- three changes. The log knows the destination only, so only changes there can be recorded in both.

with

log_changes as (

    select * from {{ ref('int_fivetran_log__located_log_changes') }}

),

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

candidates as (

    select
        log_changes.change_id as log_change_id,
        metadata_changes.change_id as metadata_change_id,
        abs({{ fivetran_logs.seconds_between('metadata_changes.change_detected_at', 'log_changes.change_detected_at') }}) as seconds_apart
    from log_changes
    inner join metadata_changes
        on
            log_changes.connection_id = metadata_changes.connection_id
            and log_changes.side = metadata_changes.side
            and log_changes.change_level = metadata_changes.change_level
            and log_changes.change_type = metadata_changes.change_type
            and lower(coalesce(log_changes.schema_name, metadata_changes.schema_name, ''))
            = lower(coalesce(metadata_changes.schema_name, ''))
            and lower(coalesce(log_changes.table_name, '')) = lower(coalesce(metadata_changes.table_name, ''))
            and lower(coalesce(log_changes.column_name, '')) = lower(coalesce(metadata_changes.column_name, ''))
            and log_changes.change_detected_at >= {{ fivetran_logs.time_add(
                'hour', '-' ~ var('fivetran_logs_schema_change_match_hours'), 'metadata_changes.change_detected_at'
            ) }}
            and log_changes.change_detected_at <= {{ fivetran_logs.time_add(
                'hour', var('fivetran_logs_schema_change_match_hours'), 'metadata_changes.change_detected_at'
            ) }}

),
{% for round in ['first', 'second'] -%}
-- {{ round }} round: pairs in which each change is the nearest one of the other
{{ round }}_ranked as (

    select
        log_change_id,
        metadata_change_id,
        row_number() over (
            partition by log_change_id order by seconds_apart, log_change_id, metadata_change_id
        ) as rank_for_log,
        row_number() over (
            partition by metadata_change_id order by seconds_apart, log_change_id, metadata_change_id
        ) as rank_for_metadata
    from candidates
    {%- if not loop.first %}
    where
        log_change_id not in (select log_change_id from first_pairs)
        and metadata_change_id not in (select metadata_change_id from first_pairs)
    {%- endif %}

),

{{ round }}_pairs as (

    select
        log_change_id,
        metadata_change_id
    from {{ round }}_ranked
    where rank_for_log = 1 and rank_for_metadata = 1

){{ ',' if not loop.last }}

{% endfor -%}
select * from first_pairs

union all

select * from second_pairs
