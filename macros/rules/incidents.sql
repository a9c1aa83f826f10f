{#- Severity of an incident. An open one has that of its connection: one problem, one judgement. One that has ended, or whose connection is
    not judged (paused, deleted), goes by how much longer than the expected gap no data came, and by criticality, as problems do. -#}
{% macro incident_severity() -%}
    case
        when judged_severity is not null then judged_severity
        when severity_step >= 4 then 'critical'
        when severity_step = 3 then 'high'
        when severity_step = 2 then 'medium'
        else 'low'
    end
{%- endmacro %}


{#- 1 (low) to 4 (critical): 1 if data came within the expected gap, 3 from three gaps on. -#}
{% macro incident_step() -%}
    case
        when {{ fivetran_logs.seconds_between('coalesce(last_success_before_at, started_at)', 'coalesce(ended_at, known_until_at)') }}
            > 180.0 * expected_gap_minutes then 3
        when {{ fivetran_logs.seconds_between('coalesce(last_success_before_at, started_at)', 'coalesce(ended_at, known_until_at)') }}
            > 60.0 * expected_gap_minutes then 2
        else 1
    end
    + case lower(criticality) when 'critical' then 1 when 'low' then -1 else 0 end
{%- endmacro %}
