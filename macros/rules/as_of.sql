{#- The one clock: the time that "now", "today" and "last N days" mean, in UTC, as a literal.
    It is the variable fivetran_logs_as_of (ISO 8601, UTC unless it has an offset), else the environment variable
    FIVETRAN_LOGS_AS_OF, which `fivetran-logs build --as-of` sets, else the start of this dbt run.

    dbt parses the whole project again if a variable changed, or an environment variable that was read during parsing. So the
    environment is read only when SQL is compiled to run. During parsing, as-of is always the same constant. -#}
{% macro as_of() -%}
    cast('{{ fivetran_logs.as_of_text() }}' as {{ fivetran_logs.type_utc_timestamp() }})
{%- endmacro %}


{% macro as_of_text() -%}
    {%- set given = var('fivetran_logs_as_of', none) -%}
    {%- if given is none or given | string | trim == '' -%}
        {%- set given = env_var('FIVETRAN_LOGS_AS_OF', '') if execute else '1970-01-01' -%}
    {%- endif -%}
    {%- if given | string | trim == '' -%}
        {%- set instant = run_started_at -%}
    {%- else -%}
        {%- set text = given | string | trim | replace('Z', '+00:00') -%}
        {%- set shape = modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{3}([0-9]{3})?)?)?([+-][0-9]{2}:[0-9]{2})?)?$', text) -%}
        {%- if not shape -%}
            {{- exceptions.raise_compiler_error(
                "fivetran_logs_as_of is '" ~ given ~ "'; write a UTC timestamp such as 2026-06-18T14:00:00"
            ) -}}
        {%- endif -%}
        {%- set instant = modules.datetime.datetime.fromisoformat(text) -%}
    {%- endif -%}
    {%- if instant.tzinfo is not none -%}
        {%- set instant = instant.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    {{- return(instant.strftime('%Y-%m-%d %H:%M:%S.%f')) -}}
{%- endmacro %}


{#- as-of minus a number of days. -#}
{% macro days_ago(days) -%}
    {{ fivetran_logs.time_add('day', '-(' ~ days ~ ')', fivetran_logs.as_of()) }}
{%- endmacro %}


{#- The date of as-of: the last, partial day of every report. -#}
{% macro as_of_date() -%}
    cast({{ fivetran_logs.as_of() }} as date)
{%- endmacro %}
