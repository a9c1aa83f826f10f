{#- The materialization of a step with one reader: ephemeral, so that it costs no statement and no table. When unit tests run it is a
    view, because dbt accepts rows as a unit test's input only for a relation. -#}
{% macro step_materialization() %}
    {{- return('view' if var('fivetran_logs_unit_tests', false) else 'ephemeral') -}}
{% endmacro %}
