{#- Condition: the rows of a long table that a data test reads. After a full build: all. After an incremental build: those of the last
    fivetran_logs_tested_days, because to scan all history every day would cost more than the build. Rows without a time: always.

    within     a time or date column of the row (named *_at or *_date, except Fivetran's own); `none`: always every row
    more_days  days to read in addition to fivetran_logs_tested_days -#}
{% macro tested_rows(within, more_days=0) -%}
    {%- if within is none or fivetran_logs.tests_everything() -%}
        1 = 1
    {%- else -%}
        {%- set oldest = fivetran_logs.days_ago(var('fivetran_logs_tested_days') + more_days) -%}
        ({{ within }} >= {{ 'cast(' ~ oldest ~ ' as date)' if within.endswith('_date') else oldest }} or {{ within }} is null)
    {%- endif -%}
{%- endmacro %}

{#- True with --full-refresh, and if an incremental model was built for the first time in this run, as far as dbt remembers that (macro
    remembered). -#}
{% macro tests_everything() %}
    {{- return(var('fivetran_logs_tested_days') is none or flags.FULL_REFRESH or fivetran_logs.remembered('fivetran_logs_built_whole')) -}}
{% endmacro %}
