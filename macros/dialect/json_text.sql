{#- Reading JSON of any condition: valid, encoded twice, cut short, or no JSON at all.

    Three steps, each a column of its own so that no engine parses a text twice:
    json_text      the payload with double encoding undone
    json_document  the object, parsed once; null without one
    json_field     one field of it as text, in snake_case or camelCase -#}

{#- The text inside a JSON string that holds JSON, also of a string cut short; any other text as it is. -#}
{% macro json_text(payload) %}{{ adapter.dispatch('json_text', 'fivetran_logs')(payload) }}{% endmacro %}

{% macro duckdb__json_text(payload) -%}
    case
        when starts_with({{ payload }}, '"')
            then coalesce(
                try(json_extract_string({{ payload }}, '$')),
                try(json_extract_string({{ fivetran_logs.duckdb__whole_escapes(payload) }} || '"', '$')),
                replace(substr({{ payload }}, 2), '\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}

{% macro default__json_text(payload) -%}
    {{- fivetran_logs.no_dialect('json_text') -}}
{%- endmacro %}

{#- An engine that nobody has taught something stops the build with a sentence, not with SQL that nobody wrote. -#}
{% macro no_dialect(operation) -%}
    {{- exceptions.raise_compiler_error(
        "fivetran_logs has no " ~ operation ~ " for " ~ target.type ~ ": write the macro " ~ target.type ~ "__" ~ operation
        ~ " (see macros/dialect), or build on one of the engines that docs/warehouses/README.md lists."
    ) -}}
{%- endmacro %}

{% macro postgres__json_text(payload) -%}
    case
        when {{ payload }} like '"%'
            then coalesce(
                case when {{ fivetran_logs.postgres__is_json(payload) }} then cast({{ payload }} as jsonb) #>> '{}' end,
                (
                    select case when {{ fivetran_logs.postgres__is_json('closed.text') }} then cast(closed.text as jsonb) #>> '{}' end
                    from (select {{ fivetran_logs.postgres__whole_escapes(payload) }} || '"' as text) as closed
                ),
                replace(substr({{ payload }}, 2), '\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}

{#- An array of one element is the one form of a bare string that Redshift's functions read. A text that fills all of 65,535 bytes has
    no room for the brackets, and was cut there. -#}
{% macro redshift__json_text(payload) -%}
    {%- set closed = fivetran_logs.redshift__escapes_restored(fivetran_logs.redshift__whole_escapes(payload)) ~ " || '\"'" -%}
    case
        when left({{ payload }}, 1) = '"'
            then coalesce(
                case
                    when octet_length({{ payload }}) < 65534
                        then json_extract_array_element_text('[' || {{ payload }} || ']', 0, true)
                end,
                json_extract_array_element_text('[' || {{ closed }} || ']', 0, true),
                replace(substring({{ payload }}, 2), chr(92) || '"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}

{% macro snowflake__json_text(payload) -%}
    case
        when left({{ payload }}, 1) = '"'
            then coalesce(
                try_parse_json('{"text":' || {{ payload }} || '}'):text::varchar,
                try_parse_json('{"text":' || {{ fivetran_logs.snowflake__whole_escapes(payload) }} || '"}'):text::varchar,
                replace(substr({{ payload }}, 2), '\\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}

{% macro bigquery__json_text(payload) -%}
    case
        when starts_with({{ payload }}, '"')
            then coalesce(
                json_value(safe.parse_json({{ payload }}), '$'),
                json_value(safe.parse_json({{ fivetran_logs.bigquery__whole_escapes(payload) }} || '"'), '$'),
                replace(substr({{ payload }}, 2), '\\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}

{% macro spark__json_text(payload) -%}
    case
        when left({{ payload }}, 1) = '"'
            then coalesce(
                get_json_object('[' || {{ payload }} || ']', '$[0]'),
                get_json_object('[' || {{ fivetran_logs.spark__whole_escapes(payload) }} || '"]', '$[0]'),
                replace(substring({{ payload }}, 2), '\\"', '"')
            )
        else {{ payload }}
    end
{%- endmacro %}
