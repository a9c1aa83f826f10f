{#- The relation with a seed's rows: the seed itself, or the table that `fivetran_logs_seed_tables` names instead. So owners and
    budgets can come from another table, and the demo can use its own without changing the seeds. -#}
{% macro seed_table(name) %}
    {{- return((var('fivetran_logs_seed_tables') or {}).get(name) or ref(name)) -}}
{% endmacro %}
