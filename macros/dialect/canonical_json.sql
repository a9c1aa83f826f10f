{#- A text of JSON as one text that is the same however its values were spelled: in which order keys stand, where blanks are, how
    characters are escaped, whether a whole number is 1 or 1.0. What is no JSON is its trimmed text; null stays null. For comparing
    payloads on one engine: each has a form of its own.

    text    result of json_text
    fields  the fields that anyone reads, for an engine that cannot put keys in order -#}
{% macro canonical_json(text, fields) %}{{ adapter.dispatch('canonical_json', 'fivetran_logs')(text, fields) }}{% endmacro %}

{% macro default__canonical_json(text, fields) -%}
    {{- fivetran_logs.no_dialect('canonical_json') -}}
{%- endmacro %}

{#- Parsed and written again, then put in order by cheap means: most payloads are flat, and are cut where a name begins. Only of what
    holds an object or a list each value is taken by itself. The loader's --append compares by the same form (src/fivetran_logs/export/same_json.py). -#}
{% macro duckdb__canonical_json(text, fields) -%}
    case
        when json_valid({{ text }})
            then list_transform(
                [
                    case
                        when contains(json({{ text }})::varchar, '.0')
                            then regexp_replace(json({{ text }})::varchar, '([0-9])\.0([,}\]])', '\1\2', 'g')
                        else json({{ text }})::varchar
                    end
                ],
                lambda whole: case
                    when not contains(whole, ',') then whole
                    when not contains(whole, '[') and not contains(substr(whole, 2), '{') then {{ fivetran_logs.duckdb__sorted_pairs('whole') }}
                    else coalesce(
                        try(array_to_string(list_sort(list_transform(
                            map_entries(cast(cast(whole as json) as map(varchar, json))),
                            lambda pair: pair.key || ':' || case
                                when contains(pair.value::varchar, '{') then {{ fivetran_logs.duckdb__sorted_pairs('pair.value::varchar') }}
                                else coalesce(pair.value::varchar, 'null')
                            end
                        )), ',"')),
                        {{ fivetran_logs.duckdb__sorted_pairs('whole') }}
                    )
                end
            )[1]
        else trim({{ text }})
    end
{%- endmacro %}

{#- The names of an object with their values, in order. What encloses them is no part of them: any of them may be the last. -#}
{% macro duckdb__sorted_pairs(json) -%}
    array_to_string(list_sort(list_transform(
        string_split(translate({{ json }}, '{}[]', ',,,,'), ',"'), lambda pair: rtrim(pair, ',')
    )), ',"')
{%- endmacro %}

{#- jsonb keeps keys in an order of its own; a number keeps the zeros behind its point. -#}
{% macro postgres__canonical_json(text, fields) -%}
    case
        when {{ fivetran_logs.postgres__is_json(text) }}
            then regexp_replace(
                regexp_replace(cast(cast({{ text }} as jsonb) as text), '([,:[] ?-?[0-9]+)[.]0+(?=[],}])', '\1', 'g'),
                '([,:[] ?-?[0-9]+[.][0-9]*[1-9])0+(?=[],}])', '\1', 'g'
            )
        else trim({{ text }})
    end
{%- endmacro %}

{#- No function there puts keys in order. Two payloads count as one if all that is read of them agrees and both are made of the same
    characters as often: so what is not read counts too. -#}
{% macro redshift__canonical_json(text, fields) -%}
    {%- set whole = "regexp_replace(" ~ text ~ ", '([0-9])[.]0+( *[],}])', '$1$2', 1, 'p')" -%}
    {%- set written = 'json_serialize(json_parse(' ~ whole ~ '))' -%}
    case
        when can_json_parse({{ text }})
            then {% for field in fields -%}
                coalesce({{ fivetran_logs.json_field(whole, field) }}, '') || '|' ||
            {% endfor -%}
            {% for character in '0123456789acdefhilmnoprstuy' -%}
                (len({{ written }}) - len(replace({{ written }}, '{{ character }}', ''))) || ',' ||
            {% endfor -%}
            len({{ written }})
        else trim({{ text }})
    end
{%- endmacro %}

{% macro snowflake__canonical_json(text, fields) -%}
    coalesce(
        regexp_replace(to_json(try_parse_json({{ text }})), '([0-9])[.]0+([],}])', '\\1\\2'),
        trim({{ text }})
    )
{%- endmacro %}

{% macro bigquery__canonical_json(text, fields) -%}
    coalesce(
        regexp_replace(
            to_json_string(safe.parse_json({{ text }}, wide_number_mode => 'round')), r'([0-9])[.]0+([\],}])', r'\1\2'
        ),
        trim({{ text }})
    )
{%- endmacro %}

{#- A map puts the keys of the top in order; what is nested is cut where a name begins, and its parts are put in order. -#}
{% macro spark__canonical_json(text, fields) -%}
    case
        when json_object_keys({{ text }}) is not null
            then array_join(array_sort(transform(
                map_entries(from_json({{ text }}, 'map<string,string>')),
                pair -> concat(pair.key, '":', case
                    when pair.value is null then 'null'
                    when instr(pair.value, '{') > 0 or instr(pair.value, '[') > 0
                        then array_join(
                            array_sort(transform(
                                split(translate(regexp_replace(pair.value, '([0-9])[.]0+(?![0-9.eE])', '$1'), '{}[]', ',,,,'), ',"'),
                                part -> regexp_replace(part, ',+$', '')
                            )),
                            ',"'
                        )
                    else regexp_replace(regexp_replace(pair.value, '^(-?[0-9]+)[.]0+$', '$1'), '^(-?[0-9]+[.][0-9]*[1-9])0+$', '$1')
                end)
            )), ',"')
        else trim({{ text }})
    end
{%- endmacro %}
