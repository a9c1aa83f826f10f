{#- Success rate: successful / (successful + failed), null where both are 0. -#}
{% macro success_rate(successful, failed) -%}
    cast({{ successful }} as {{ fivetran_logs.type_double() }}) / nullif({{ successful }} + {{ failed }}, 0)
{%- endmacro %}


{#- Aggregates of a set of syncs: counts, durations (of all syncs that have ended), rows. -#}
{% macro sync_measures(relation) -%}
    {%- set duration = relation ~ '.sync_duration_seconds' -%}
    count(*) as total_syncs,
        {{ fivetran_logs.sum_rows(relation ~ '.is_successful') }} as successful_syncs,
        {{ fivetran_logs.sum_rows(relation ~ '.is_failed') }} as failed_syncs,
        avg({{ duration }}) as avg_sync_duration_seconds,
        {{ fivetran_logs.percentile(duration, 0.5) }} as median_sync_duration_seconds,
        {{ fivetran_logs.percentile(duration, 0.95) }} as p95_sync_duration_seconds,
        {{ fivetran_logs.sum_rows(relation ~ '.rows_synced') }} as rows_synced
{%- endmacro %}
