{#- Query: a relation with one row per element of a JSON list (a column of text), the element as JSON text. A text that is no list, or an
    empty one, keeps its row, without an element.

    relation  a CTE or table
    text      its column
    column    name of the new column -#}
{% macro with_json_elements(relation, text, column) %}
    {{- adapter.dispatch('with_json_elements', 'fivetran_logs')(relation, text, column) -}}
{% endmacro %}

{% macro default__with_json_elements(relation, text, column) -%}
    {{- fivetran_logs.no_dialect('with_json_elements') -}}
{%- endmacro %}

{% macro duckdb__with_json_elements(relation, text, column) -%}
    select
        *,
        unnest(coalesce(nullif(try(cast(json_extract({{ text }}, '$[*]') as varchar[])), []), [null])) as {{ column }}
    from {{ relation }}
{%- endmacro %}

{% macro postgres__with_json_elements(relation, text, column) -%}
    select
        listed.*,
        cast(element.value as text) as {{ column }}
    from {{ relation }} as listed
    left join lateral jsonb_array_elements(
        case
            when {{ fivetran_logs.postgres__is_json(text) }}
                then case when jsonb_typeof(cast({{ text }} as jsonb)) = 'array' then cast({{ text }} as jsonb) end
        end
    ) as element (value) on true
{%- endmacro %}

{% macro redshift__with_json_elements(relation, text, column) -%}
    select
        listed.*,
        cast(json_serialize(element) as {{ dbt.type_string() }}) as {{ column }}
    from (
        select
            *,
            case when can_json_parse({{ text }}) then json_parse({{ text }}) end as parsed_list
        from {{ relation }}
    ) as listed
    left join listed.parsed_list as element on true
{%- endmacro %}

{% macro snowflake__with_json_elements(relation, text, column) -%}
    select
        listed.*,
        to_json(element.value) as {{ column }}
    from {{ relation }} as listed,
        lateral flatten(input => try_parse_json(listed.{{ text }}), outer => true) as element
{%- endmacro %}

{% macro bigquery__with_json_elements(relation, text, column) -%}
    select
        listed.*,
        to_json_string(element) as {{ column }}
    from {{ relation }} as listed
    left join unnest(json_query_array(safe.parse_json(listed.{{ text }}, wide_number_mode => 'round'))) as element
{%- endmacro %}

{% macro spark__with_json_elements(relation, text, column) -%}
    select
        *,
        explode_outer(from_json({{ text }}, 'array<string>')) as {{ column }}
    from {{ relation }}
{%- endmacro %}
