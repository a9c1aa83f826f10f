{#- The keys of a JSON object given as text, as one text in alphabetical order, comma-separated; null where it is no object. -#}
{% macro json_keys(text) %}{{ adapter.dispatch('json_keys', 'fivetran_logs')(text) }}{% endmacro %}

{% macro default__json_keys(text) -%}
    {{- fivetran_logs.no_dialect('json_keys') -}}
{%- endmacro %}

{% macro duckdb__json_keys(text) -%}
    nullif(array_to_string(list_sort(try(json_keys({{ text }}))), ', '), '')
{%- endmacro %}

{% macro postgres__json_keys(text) -%}
    case
        when strpos({{ text }}, '{') > 0 and {{ fivetran_logs.postgres__is_json(text) }}
            then (
                select string_agg(field.key, ', ' order by field.key collate "C")
                from jsonb_each(
                    case when jsonb_typeof(cast({{ text }} as jsonb)) = 'object' then cast({{ text }} as jsonb) end
                ) as field
            )
    end
{%- endmacro %}

{#- Redshift has no function that lists the keys of a text. -#}
{% macro redshift__json_keys(text) -%}
    cast(null as {{ dbt.type_string() }})
{%- endmacro %}

{% macro snowflake__json_keys(text) -%}
    nullif(array_to_string(array_sort(object_keys(try_parse_json({{ text }}))), ', '), '')
{%- endmacro %}

{% macro bigquery__json_keys(text) -%}
    nullif((
        select string_agg(field, ', ' order by field)
        from unnest(json_keys(safe.parse_json({{ text }}, wide_number_mode => 'round'), 1)) as field
    ), '')
{%- endmacro %}

{% macro spark__json_keys(text) -%}
    nullif(array_join(array_sort(json_object_keys({{ text }})), ', '), '')
{%- endmacro %}
