{#- The keys of two JSON objects given as text, each key once, as one text in alphabetical order, comma-separated. A text that is
    no object has none; null where neither has any. -#}
{% macro json_keys(text, other_text) %}{{ adapter.dispatch('json_keys', 'fivetran_logs')(text, other_text) }}{% endmacro %}

{% macro default__json_keys(text, other_text) -%}
    {{- fivetran_logs.no_dialect('json_keys') -}}
{%- endmacro %}

{% macro duckdb__json_keys(text, other_text) -%}
    nullif(array_to_string(list_sort(list_distinct(list_concat(
        coalesce(try(json_keys({{ text }})), []),
        coalesce(try(json_keys({{ other_text }})), [])
    ))), ', '), '')
{%- endmacro %}

{% macro postgres__json_keys(text, other_text) -%}
    (
        select string_agg(field.key, ', ' order by field.key collate "C")
        from (
            select jsonb_object_keys({{ fivetran_logs.postgres__json_object(text) }}) as key
            union
            select jsonb_object_keys({{ fivetran_logs.postgres__json_object(other_text) }}) as key
        ) as field
    )
{%- endmacro %}

{% macro postgres__json_object(text) -%}
    case
        when strpos({{ text }}, '{') > 0 and {{ fivetran_logs.postgres__is_json(text) }}
            then case when jsonb_typeof(cast({{ text }} as jsonb)) = 'object' then cast({{ text }} as jsonb) end
    end
{%- endmacro %}

{#- Redshift has no function that lists the keys of a text. -#}
{% macro redshift__json_keys(text, other_text) -%}
    cast(null as {{ dbt.type_string() }})
{%- endmacro %}

{% macro snowflake__json_keys(text, other_text) -%}
    nullif(array_to_string(array_sort(array_distinct(array_cat(
        coalesce(object_keys(try_parse_json({{ text }})), array_construct()),
        coalesce(object_keys(try_parse_json({{ other_text }})), array_construct())
    ))), ', '), '')
{%- endmacro %}

{% macro bigquery__json_keys(text, other_text) -%}
    nullif((
        select string_agg(distinct field, ', ' order by field)
        from unnest(array_concat(
            coalesce(json_keys(safe.parse_json({{ text }}, wide_number_mode => 'round'), 1), []),
            coalesce(json_keys(safe.parse_json({{ other_text }}, wide_number_mode => 'round'), 1), [])
        )) as field
    ), '')
{%- endmacro %}

{% macro spark__json_keys(text, other_text) -%}
    nullif(array_join(array_sort(array_union(
        coalesce(json_object_keys({{ text }}), array()),
        coalesce(json_object_keys({{ other_text }}), array())
    )), ', '), '')
{%- endmacro %}
