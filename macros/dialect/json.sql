{#- Reading JSON of any condition: valid, encoded twice, cut short, or no JSON at all.

    Three steps, each a column of its own so that no engine parses a text twice:
    json_text      the payload with double encoding undone
    json_document  the object, parsed once; null where there is none
    json_field     one field of it as text, in snake_case or camelCase -#}

{#- The text inside a JSON string that holds JSON; any other text as it is. -#}
{% macro json_text(payload) %}{{ adapter.dispatch('json_text', 'fivetran_logs')(payload) }}{% endmacro %}

{% macro duckdb__json_text(payload) -%}
    case
        when starts_with({{ payload }}, '"')
            then coalesce(
                try(json_extract_string({{ payload }}, '$')),
                replace(substr({{ payload }}, 2), '\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}


{#- The object in a text, parsed once for all fields anyone reads.

    text    result of json_text
    fields  names in snake_case; camelCase spellings are read too
    Of a text cut short, the complete pairs are read, and a last string as far as it goes; a last number is not, since
    its end may be missing. -#}
{% macro json_document(text, fields) %}{{ adapter.dispatch('json_document', 'fivetran_logs')(text, fields) }}{% endmacro %}

{% macro duckdb__json_document(text, fields) -%}
    {%- set names = [] -%}
    {%- for field in fields -%}
        {%- for name in [field, fivetran_logs.camel_case(field)] if name not in names -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    try(from_json(
        case
            when json_valid({{ text }}) then {{ text }}
            when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.duckdb__salvage_json(text) }}
        end,
        '{ {%- for name in names -%}"{{ name }}":"VARCHAR"{{ ',' if not loop.last }}{%- endfor -%} }'
    ))
{%- endmacro %}

{#- Complete pairs of a damaged object, put together as an object again. Control characters and escapes that JSON does not
    know, each of which would void the whole object, go first. -#}
{% macro duckdb__salvage_json(text) -%}
    {%- set clean -%}
        regexp_replace(regexp_replace({{ text }}, '[\x00-\x1f]', ' ', 'g'), '\\([^"\\/bfnrtu])', '\1', 'g')
    {%- endset -%}
    '{' || array_to_string(
        list_concat(
            regexp_extract_all({{ clean }} || '"', '"[A-Za-z_]+"\s*:\s*"(?:[^"\\]|\\.)*"'),
            list_transform(
                regexp_extract_all({{ clean }}, '"[A-Za-z_]+"\s*:\s*(?:-?[0-9.]+|true|false|null)\s*[,}]'),
                lambda pair: regexp_replace(pair, '\s*[,}]$', '')
            )
        ),
        ','
    ) || '}'
{%- endmacro %}


{#- One field of a document as text, null where it has none. -#}
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

{% macro duckdb__json_get(document, field) -%}
    {{ document }}."{{ field }}"
{%- endmacro %}


{#- operation_type -> operationType -#}
{% macro camel_case(name) -%}
    {%- set words = name.split('_') -%}
    {{- return(words[0] ~ (words[1:] | map('capitalize') | join)) -}}
{%- endmacro %}


{#- The keys of a JSON object given as text, as one text in alphabetical order, comma-separated; null where it is no object. -#}
{% macro json_keys(text) %}{{ adapter.dispatch('json_keys', 'fivetran_logs')(text) }}{% endmacro %}

{% macro duckdb__json_keys(text) -%}
    nullif(array_to_string(list_sort(try(json_keys({{ text }}))), ', '), '')
{%- endmacro %}
