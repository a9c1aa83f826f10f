{#- Query: a relation with one more column, the keys of two JSON objects (columns of text). Each key appears once, in alphabetical
    order, comma-separated. A text that is not an object has no keys; null if neither has any.

    relation          a CTE or table
    text, other_text  its columns
    column            name of the new column -#}
{% macro with_json_keys(relation, text, other_text, column) %}
    {{- adapter.dispatch('with_json_keys', 'fivetran_logs')(relation, text, other_text, column) -}}
{% endmacro %}

{% macro default__with_json_keys(relation, text, other_text, column) -%}
    {{- fivetran_logs.no_dialect('with_json_keys') -}}
{%- endmacro %}

{% macro duckdb__with_json_keys(relation, text, other_text, column) -%}
    select
        *,
        nullif(array_to_string(list_sort(list_distinct(list_concat(
            coalesce(try(json_keys({{ text }})), []),
            coalesce(try(json_keys({{ other_text }})), [])
        ))), ', '), '') as {{ column }}
    from {{ relation }}
{%- endmacro %}

{% macro postgres__with_json_keys(relation, text, other_text, column) -%}
    select
        *,
        (
            select string_agg(field.key, ', ' order by field.key collate "C")
            from (
                select jsonb_object_keys({{ fivetran_logs.postgres__json_object(text) }}) as key
                union
                select jsonb_object_keys({{ fivetran_logs.postgres__json_object(other_text) }}) as key
            ) as field
        ) as {{ column }}
    from {{ relation }}
{%- endmacro %}

{% macro postgres__json_object(text) -%}
    case
        when strpos({{ text }}, '{') > 0 and {{ fivetran_logs.postgres__is_json(text) }}
            then case when jsonb_typeof(cast({{ text }} as jsonb)) = 'object' then cast({{ text }} as jsonb) end
    end
{%- endmacro %}

{#- Redshift lists keys only in a FROM clause, not in a correlated subquery. So the keys of each pair of texts are listed once and joined. -#}
{% macro redshift__with_json_keys(relation, text, other_text, column) -%}
    select
        unlisted.*,
        listed.fields as {{ column }}
    from {{ relation }} as unlisted
    left join (
        select
            one_text,
            two_text,
            listagg(distinct field, ', ') within group (order by field) as fields
        from (
            {{ fivetran_logs.redshift__keys_of(relation, text, other_text, 'one_text') }}
            union all
            {{ fivetran_logs.redshift__keys_of(relation, text, other_text, 'two_text') }}
        ) as keys
        group by one_text, two_text
    ) as listed
        on coalesce(unlisted.{{ text }}, '') = listed.one_text and coalesce(unlisted.{{ other_text }}, '') = listed.two_text
{%- endmacro %}

{% macro redshift__keys_of(relation, text, other_text, listed_text) -%}
    select
        objects.one_text,
        objects.two_text,
        cast(field as {{ dbt.type_string() }}) as field
    from (
        select
            one_text,
            two_text,
            case when is_object(document) then document end as document
        from (
            select
                one_text,
                two_text,
                case when can_json_parse({{ listed_text }}) then json_parse({{ listed_text }}) end as document
            from (
                select distinct
                    coalesce({{ text }}, '') as one_text,
                    coalesce({{ other_text }}, '') as two_text
                from {{ relation }}
            ) as texts
        ) as documents
    ) as objects, unpivot objects.document as entry at field
{%- endmacro %}

{% macro snowflake__with_json_keys(relation, text, other_text, column) -%}
    select
        *,
        nullif(array_to_string(array_sort(array_distinct(array_cat(
            coalesce(object_keys(try_parse_json({{ text }})), array_construct()),
            coalesce(object_keys(try_parse_json({{ other_text }})), array_construct())
        ))), ', '), '') as {{ column }}
    from {{ relation }}
{%- endmacro %}

{% macro bigquery__with_json_keys(relation, text, other_text, column) -%}
    select
        *,
        nullif((
            select string_agg(distinct field, ', ' order by field)
            from (
                select {{ fivetran_logs.bigquery__json_key('field_key') }} as field
                from unnest(array_concat(
                    coalesce(json_keys(safe.parse_json({{ text }}, wide_number_mode => 'round'), 1), []),
                    coalesce(json_keys(safe.parse_json({{ other_text }}, wide_number_mode => 'round'), 1), [])
                )) as field_key
            ) as fields
        ), '') as {{ column }}
    from {{ relation }}
{%- endmacro %}

{% macro spark__with_json_keys(relation, text, other_text, column) -%}
    select
        *,
        nullif(array_join(array_sort(array_union(
            coalesce(json_object_keys({{ text }}), array()),
            coalesce(json_object_keys({{ other_text }}), array())
        )), ', '), '') as {{ column }}
    from {{ relation }}
{%- endmacro %}
