{#- Values of one query as literals: asked for before the model runs, they stand in its SQL, each with its meaning beside it. A bound
    that an engine knows while it plans is one it can skip parts of a table by. A list of SQL expressions, in the order of values.

    meaning    what the values are; a model asks each question once and keeps the answer in a variable
    values     what the query selects, in one row
    source     the rest of the query
    data_type  of all the values, a timestamp or a date
    defaults   what stands for a missing value, where that is not "before all days": {place in values: text}
    A unit test has nothing to ask (`this` is the name of a CTE in it): there the query itself stands in the SQL. -#}
{% macro bounds(meaning, values, source, data_type, defaults={}) %}
    {%- set answer = [] -%}
    {%- if this is not string -%}
        {%- set asked = fivetran_logs.answers(values) | join(', ') -%}
        {%- set answer = run_query('select ' ~ asked ~ ' ' ~ source ~ ' /* asks for ' ~ meaning ~ ' */').rows[0] -%}
    {%- endif -%}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- set default = defaults.get(loop.index0, fivetran_logs.before_all_days()) -%}
        {%- if this is string -%}
            {%- do literals.append('coalesce((select ' ~ value ~ ' ' ~ source ~ "), cast('" ~ default ~ "' as " ~ data_type ~ '))') -%}
        {%- else -%}
            {%- set text = fivetran_logs.time_text(answer[loop.index0]) or default -%}
            {%- set place = ' ' ~ loop.index0 if loop.index0 else '' -%}
            {%- do literals.append("cast('" ~ text ~ "' as " ~ data_type ~ ') /* ' ~ meaning ~ place ~ ' */') -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(literals) -}}
{% endmacro %}


{#- A day before any that is stored, from which windows can still be counted back: BigQuery's calendar begins with year 1. -#}
{% macro before_all_days() -%}
    0002-01-01
{%- endmacro %}

{#- A day after any that is stored. -#}
{% macro after_all_days() -%}
    9999-12-31
{%- endmacro %}


{#- Expressions in the form a driver hands over unchanged. -#}
{% macro answers(values) %}
    {{- return(adapter.dispatch('answers', 'fivetran_logs')(values)) -}}
{% endmacro %}

{% macro default__answers(values) %}
    {{- return(values) -}}
{% endmacro %}

{#- In session mode a timestamp arrives in the zone of the machine: text does not. -#}
{% macro spark__answers(values) %}
    {%- set texts = [] -%}
    {%- for value in values -%}
        {%- do texts.append('cast(' ~ value ~ ' as string)') -%}
    {%- endfor -%}
    {{- return(texts) -}}
{% endmacro %}


{#- A timestamp or date that a driver gave, as text, in UTC; none for null. -#}
{% macro time_text(value) %}
    {%- if value is none or value is string -%}
        {{- return(value) -}}
    {%- elif value.tzinfo is not defined -%}
        {{- return(value.isoformat()) -}}
    {%- elif value.tzinfo is not none -%}
        {%- set value = value.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    {{- return(value.strftime('%Y-%m-%d %H:%M:%S.%f')) -}}
{% endmacro %}
