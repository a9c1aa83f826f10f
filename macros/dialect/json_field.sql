{#- One field of a document as text; null if the document lacks it. -#}
{% macro json_field(document, field) -%}
    {%- set camel = fivetran_logs.camel_case(field) -%}
    {%- if camel == field -%}
        {{ adapter.dispatch('json_get', 'fivetran_logs')(document, field) }}
    {%- else -%}
        coalesce(
            {{- adapter.dispatch('json_get', 'fivetran_logs')(document, field) }}, {{ adapter.dispatch('json_get', 'fivetran_logs')(document, camel) -}}
        )
    {%- endif -%}
{%- endmacro %}

{% macro default__json_get(document, field) -%}
    {{- fivetran_logs.no_dialect('json_get') -}}
{%- endmacro %}

{% macro duckdb__json_get(document, field) -%}
    {{ document }}."{{ field }}"
{%- endmacro %}

{% macro postgres__json_get(document, field) -%}
    {{ document }} ->> '{{ field }}'
{%- endmacro %}

{% macro redshift__json_get(document, field) -%}
    nullif(json_extract_path_text({{ document }}, '{{ field }}', true), '')
{%- endmacro %}

{% macro snowflake__json_get(document, field) -%}
    {{ document }}:{{ field }}::varchar
{%- endmacro %}

{#- a scalar as text, a nested value as JSON text -#}
{% macro bigquery__json_get(document, field) -%}
    coalesce(json_value({{ document }}, '$.{{ field }}'), nullif(to_json_string(json_query({{ document }}, '$.{{ field }}')), 'null'))
{%- endmacro %}

{% macro spark__json_get(document, field) -%}
    {{ document }}.`{{ field }}`
{%- endmacro %}


{#- operation_type -> operationType -#}
{% macro camel_case(name) -%}
    {%- set words = name.split('_') -%}
    {{- return(words[0] ~ (words[1:] | map('capitalize') | join)) -}}
{%- endmacro %}
