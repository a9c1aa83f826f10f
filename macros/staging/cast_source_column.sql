{#- Casts a source column to a type of the sources YAML, given the type it arrived in. What does not fit becomes null,
    each value on its own; times in any spelling, and counts since 1970, become UTC without zone.

    column       SQL of the column
    arrived_as   its data type in the source, as the engine names it
    data_type    a type of the sources YAML -#}
{% macro cast_source_column(column, arrived_as, data_type) %}
    {%- if data_type in ('text', 'json') -%}
        {{- fivetran_logs.to_text(column, arrived_as | lower) -}}
    {%- elif data_type == 'timestamp' -%}
        {{- fivetran_logs.to_utc_timestamp(column, arrived_as | lower) -}}
    {%- else -%}
        {{- fivetran_logs.try_cast(column, fivetran_logs.source_type(data_type), arrived_as | lower) -}}
    {%- endif -%}
{% endmacro %}
