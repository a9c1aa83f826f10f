{#- What kind of change an entry of a *_change_event table is. Its values are undocumented and open: a word that says it is
    believed, else the first event of an object added it, else the attribute tells; a new value never fails.

    change_type, attribute_name  columns; attribute_name may be `null`
    is_first                     condition: the first event of its object -#}
{% macro change_type_of(change_type, attribute_name, is_first) -%}
    case
        when {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'creat|add|new'") }} then 'added'
        when {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'delet|drop|remov'") }} then 'dropped'
        when
            {{ is_first }}
            and not {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'modif|updat|edit|alter|chang|renam'") }}
            then 'added'
        when lower({{ attribute_name }}) like '%type%' then 'type_changed'
        when
            lower({{ attribute_name }}) like '%name%'
            or {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'renam'") }} then 'renamed'
        else 'modified'
    end
{%- endmacro %}


{#- The rank of a data type among those that can hold all values of the ones before it, by family: a change to a higher rank of
    the same family widens and breaks nobody. Null for a type we do not know. Lengths and precisions are left out. -#}
{% macro type_rank(data_type) -%}
    {%- set families = {
        1: [['boolean', 'bool'], ['byte', 'tinyint'], ['short', 'smallint', 'int2'], ['int', 'integer', 'int4'],
            ['long', 'bigint', 'int8', 'int64'], ['bigdecimal', 'decimal', 'numeric', 'number']],
        2: [['float', 'real', 'float4'], ['double', 'double precision', 'float8', 'float64']],
        3: [['localdate', 'date'], ['localdatetime', 'timestamp_ntz', 'timestamp', 'datetime'],
            ['instant', 'timestamp_tz', 'timestamptz']],
        4: [['char', 'varchar', 'string', 'text'], ['json', 'variant', 'jsonb']],
    } -%}
    case lower(trim({{ fivetran_logs.regexp_replace_all(data_type, '[(].*$', '') }}))
    {%- for family, ranks in families.items() -%}
        {%- for names in ranks -%}
            {%- set rank = loop.index -%}
            {%- for name in names %}
        when '{{ name }}' then {{ family * 100 + rank }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor %}
    end
{%- endmacro %}


{#- Condition: a change that can break what reads the object. An unknown type change is taken to be one. -#}
{% macro is_breaking_change() -%}
    change_type in ('dropped', 'renamed')
    or (
        change_type = 'type_changed'
        and not coalesce(
            floor({{ fivetran_logs.type_rank('previous_data_type') }} / 100.0) = floor({{ fivetran_logs.type_rank('new_data_type') }} / 100.0)
            and {{ fivetran_logs.type_rank('previous_data_type') }} <= {{ fivetran_logs.type_rank('new_data_type') }},
            false
        )
    )
{%- endmacro %}
