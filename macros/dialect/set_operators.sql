{#- Rows of either of two selects, each once. BigQuery demands the word distinct, Redshift does not know it; elsewhere both mean the same. -#}
{% macro union_distinct() %}{{ adapter.dispatch('union_distinct', 'fivetran_logs')() }}{% endmacro %}
{% macro default__union_distinct() %}union{% endmacro %}
{% macro bigquery__union_distinct() %}union distinct{% endmacro %}
