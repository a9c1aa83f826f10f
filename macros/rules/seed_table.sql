{#- Where a seed's rows come from: the seed itself, or the table that `fivetran_logs_seed_tables` names in its place. So owners and
    budgets can live in a table that somebody else keeps, and the demo can bring its own without touching the seeds. -#}
{% macro seed_table(name) %}
    {{- return((var('fivetran_logs_seed_tables') or {}).get(name) or ref(name)) -}}
{% endmacro %}
