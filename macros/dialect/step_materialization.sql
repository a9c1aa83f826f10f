{#- How a step with one reader is kept: not at all. It becomes part of that reader's query, so that it costs no statement and no table.
    Where unit tests run it is a view: they give their input as rows, which dbt takes for a relation only. -#}
{% macro step_materialization() %}
    {{- return('view' if var('fivetran_logs_unit_tests', false) else 'ephemeral') -}}
{% endmacro %}
