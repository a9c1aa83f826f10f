{#- Condition: the rows of a long table that a data test looks at. What was built whole is tested whole, with --full-refresh and where
    an incremental model was made in this very run; after a build that added to it, the last days are, or tests would be what reads
    all of history every day. Rows without a time are looked at always.

    within     a time or date of the row (named *_at or *_date, but for Fivetran's own); none: every row, always
    more_days  looked further back than fivetran_logs_tested_days -#}
{% macro tested_rows(within, more_days=0) -%}
    {%- if within is none or fivetran_logs.tests_everything() -%}
        1 = 1
    {%- else -%}
        {%- set oldest = fivetran_logs.days_ago(var('fivetran_logs_tested_days') + more_days) -%}
        ({{ within }} >= {{ 'cast(' ~ oldest ~ ' as date)' if within.endswith('_date') else oldest }} or {{ within }} is null)
    {%- endif -%}
{%- endmacro %}

{% macro tests_everything() %}
    {{- return(var('fivetran_logs_tested_days') is none or flags.FULL_REFRESH or 'fivetran_logs_built_whole' in graph) -}}
{% endmacro %}
