{#- The health score, part by part. The formulas are explained in docs/definitions.md; every number in them is a variable. -#}

{#- A straight line from 100 at `best` down to 0 at `worst`, flat outside. -#}
{% macro score_between(value, best, worst) -%}
    100.0 * greatest(0.0, least(1.0, 1.0 - ({{ value }} - ({{ best }})) / nullif(({{ worst }}) - ({{ best }}), 0)))
{%- endmacro %}


{#- Minutes without a success that a schedule allows. -#}
{% macro scheduled_gap_minutes(sync_frequency_minutes) -%}
    case
        when {{ sync_frequency_minutes }} is null then 60.0 * {{ var('fivetran_logs_delay_default_hours') }}
        else greatest(
            60.0 * {{ var('fivetran_logs_delay_minimum_hours') }},
            1.0 * {{ var('fivetran_logs_delay_multiple') }} * {{ sync_frequency_minutes }}
        )
    end
{%- endmacro %}


{#- The first status that fits. Columns: is_deleted, is_paused, total_syncs, last_success_at, last_failure_at, is_delayed,
    success_rate_last_7d, health_score. -#}
{% macro health_status() -%}
    case
        when is_deleted then 'deleted'
        when is_paused then 'paused'
        when is_never_synced then 'never_synced'
        when is_broken then 'broken'
        when is_delayed then 'delayed'
        when success_rate_last_7d < {{ var('fivetran_logs_degraded_success_rate') }} then 'degraded'
        when health_score < {{ var('fivetran_logs_degraded_health_score') }} then 'degraded'
        else 'healthy'
    end
{%- endmacro %}


{#- The mean of the parts that are not null, by weight. -#}
{% macro weighted_score(parts) -%}
    (
        {%- for part in parts %}
        coalesce({{ part }}_score, 0) * {{ var('fivetran_logs_weight_' ~ part) }}{{ ' +' if not loop.last }}
        {%- endfor %}
    ) / nullif(
        {%- for part in parts %}
        case when {{ part }}_score is null then 0 else {{ var('fivetran_logs_weight_' ~ part) }} end{{ ' +' if not loop.last }}
        {%- endfor %},
        0
    )
{%- endmacro %}
