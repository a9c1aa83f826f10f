{#- Query: a relation once for each entry of a JSON object, with its name (entry_name) and its value as JSON text (entry_value; Spark
    leaves the quotes of a string away). A row whose text is no object gives none.

    relation  a CTE
    text      its column -#}
{% macro json_entries(relation, text) %}{{ adapter.dispatch('json_entries', 'fivetran_logs')(relation, text) }}{% endmacro %}

{% macro default__json_entries(relation, text) -%}
    {{- fivetran_logs.no_dialect('json_entries') -}}
{%- endmacro %}

{% macro duckdb__json_entries(relation, text) -%}
    select
        documents.*,
        entry.key as entry_name,
        cast(entry.value as varchar) as entry_value
    from {{ relation }} as documents
    cross join lateral json_each(
        case
            when json_valid(documents.{{ text }})
                then case when json_type(documents.{{ text }}) = 'OBJECT' then documents.{{ text }} end
        end
    ) as entry
{%- endmacro %}

{% macro postgres__json_entries(relation, text) -%}
    select
        documents.*,
        entries.key as entry_name,
        cast(entries.value as text) as entry_value
    from {{ relation }} as documents
    cross join lateral jsonb_each({{ fivetran_logs.postgres__json_object(text) }}) as entries
{%- endmacro %}

{% macro redshift__json_entries(relation, text) -%}
    select
        objects.*,
        cast(entry_field as {{ dbt.type_string() }}) as entry_name,
        json_serialize(entry) as entry_value
    from (
        select
            *,
            case when is_object(parsed) then parsed end as object
        from (
            select
                *,
                case when can_json_parse({{ text }}) then json_parse({{ text }}) end as parsed
            from {{ relation }}
        ) as documents
    ) as objects, unpivot objects.object as entry at entry_field
{%- endmacro %}

{% macro snowflake__json_entries(relation, text) -%}
    select
        documents.*,
        entries.key::varchar as entry_name,
        to_json(entries.value) as entry_value
    from {{ relation }} as documents, lateral flatten(input => try_parse_json({{ text }}), mode => 'OBJECT') as entries
{%- endmacro %}

{% macro bigquery__json_entries(relation, text) -%}
    {%- set name = fivetran_logs.bigquery__json_key('entry_key') -%}
    select
        documents.* except (parsed_document),
        {{ name }} as entry_name,
        to_json_string(parsed_document[{{ name }}]) as entry_value
    from (
        select
            *,
            safe.parse_json({{ text }}, wide_number_mode => 'round') as parsed_document
        from {{ relation }}
    ) as documents
    cross join unnest(coalesce(json_keys(documents.parsed_document, 1), [])) as entry_key
{%- endmacro %}

{#- json_keys writes a name with other characters than letters, digits and underscores in quotes. -#}
{% macro bigquery__json_key(key) -%}
    case when starts_with({{ key }}, '"') then coalesce(json_value(safe.parse_json({{ key }})), {{ key }}) else {{ key }} end
{%- endmacro %}

{% macro spark__json_entries(relation, text) -%}
    select
        documents.*,
        entry_name,
        entry_value
    from {{ relation }} as documents
    lateral view explode(
        case when json_object_keys({{ text }}) is not null then from_json({{ text }}, 'map<string,string>') end
    ) entries as entry_name, entry_value
{%- endmacro %}
