{#- The values of one query as literals. The query runs before the model, and its values go into the model's SQL, each with its meaning
    in a comment: an engine that knows a bound while it plans can skip parts of a table. Returns a list of SQL expressions, in the order
    of values.

    meaning    the meaning of the values
    values     expressions that the query selects, in one row
    source     the rest of the query
    data_type  type of all values, timestamp or date
    defaults   replacements of missing values, unless "before all days": {position in values: text}
    beside     an expression whose value is appended as it is, not as a literal; `none` in a unit test
    A model and its pre-hook ask for the same bound: the query runs once, before the hook deletes any row.
    A unit test cannot run the query first (`this` is the name of a CTE in it), so there the query itself goes into the SQL. -#}
{% macro bounds(meaning, values, source, data_type, defaults={}, beside=none) %}
    {%- set answer = [] -%}
    {%- if this is not string -%}
        {%- set asked = fivetran_logs.answers(values + ([beside] if beside else [])) | join(', ') -%}
        {%- set query = 'select ' ~ asked ~ ' ' ~ source ~ ' /* asks for ' ~ meaning ~ ' */' -%}
        {%- set question = model.unique_id ~ ': ' ~ query -%}
        {%- set answer = fivetran_logs.remembered(question) -%}
        {%- if answer is none -%}
            {%- set answer = fivetran_logs.remember(question, run_query(query).rows[0]) -%}
        {%- endif -%}
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
    {%- if beside -%}
        {%- do literals.append(answer[values | length] if answer else none) -%}
    {%- endif -%}
    {{- return(literals) -}}
{% endmacro %}


{#- A day before any stored day, late enough to subtract windows from: BigQuery's calendar begins with year 1. -#}
{% macro before_all_days() -%}
    0002-01-01
{%- endmacro %}

{#- A day after any stored day. -#}
{% macro after_all_days() -%}
    9999-12-31
{%- endmacro %}


{#- Expressions in a form that drivers do not change. -#}
{% macro answers(values) %}
    {{- return(adapter.dispatch('answers', 'fivetran_logs')(values)) -}}
{% endmacro %}

{% macro default__answers(values) %}
    {{- return(values) -}}
{% endmacro %}

{#- In session mode a timestamp arrives in the zone of the machine, but text does not. -#}
{% macro spark__answers(values) %}
    {%- set texts = [] -%}
    {%- for value in values -%}
        {%- do texts.append('cast(' ~ value ~ ' as string)') -%}
    {%- endfor -%}
    {{- return(texts) -}}
{% endmacro %}


{#- A timestamp or date from a driver as text, in UTC; `none` for null. -#}
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
