{#- The materialization of a step with one reader: ephemeral, so that it costs no statement and no table. When unit tests run it is a
    view, because dbt accepts rows as a unit test's input only for a relation. -#}
{% macro step_materialization() %}
    {{- return('view' if var('fivetran_logs_unit_tests', false) else 'ephemeral') -}}
{% endmacro %}


{#- The same of a long chain of steps that its reader reads many times over: most engines compute it once, Spark and BigQuery plan it anew
    for each time, which takes minutes or is refused. There it is a table. -#}
{% macro long_step_materialization() %}
    {{- return(adapter.dispatch('long_step_materialization', 'fivetran_logs')()) -}}
{% endmacro %}

{% macro default__long_step_materialization() %}{{ return(fivetran_logs.step_materialization()) }}{% endmacro %}
{% macro bigquery__long_step_materialization() %}{{ return('table') }}{% endmacro %}
{% macro spark__long_step_materialization() %}{{ return('table') }}{% endmacro %}
{% macro databricks__long_step_materialization() %}{{ return('table') }}{% endmacro %}
