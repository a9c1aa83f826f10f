{#- The rank of a data type among those that can hold all values of the ones before it, by family: a change to a higher rank of
    the same family widens it and breaks nothing, unless its size shrinks. Null for an unknown type. -#}
{% macro type_rank(data_type) -%}
    {%- set families = {
        1: [['boolean', 'bool', 'bit'], ['byte', 'tinyint', 'int1'], ['short', 'smallint', 'int2', 'int16'], ['mediumint', 'int3'],
            ['int', 'integer', 'int4', 'int32', 'serial'], ['long', 'bigint', 'int8', 'int64', 'bigserial'],
            ['bigdecimal', 'decimal', 'dec', 'numeric', 'number', 'bignumeric']],
        2: [['float', 'real', 'float4', 'float32', 'binary_float'],
            ['double', 'double precision', 'float8', 'float64', 'binary_double']],
        3: [['localdate', 'date'],
            ['localdatetime', 'timestamp_ntz', 'timestamp', 'timestamp without time zone', 'datetime', 'smalldatetime', 'datetime2'],
            ['instant', 'timestamp_tz', 'timestamptz', 'timestamp with time zone', 'datetimeoffset', 'timestamp_ltz',
             'timestamp with local time zone']],
        4: [['tinytext'],
            ['char', 'character', 'bpchar', 'varchar', 'varchar2', 'character varying', 'char varying', 'string', 'text'],
            ['nchar', 'nvarchar', 'nvarchar2', 'national character', 'national character varying', 'ntext'],
            ['mediumtext'], ['longtext', 'clob', 'nclob'], ['json', 'variant', 'jsonb']],
        5: [['localtime', 'time', 'time without time zone'], ['timetz', 'time with time zone']],
        6: [['binary', 'varbinary', 'binary varying', 'raw', 'bytes', 'bytea', 'tinyblob'], ['blob', 'image'], ['mediumblob'],
            ['longblob']],
    } -%}
    {%- set without_size = fivetran_logs.regexp_replace_all(fivetran_logs.regexp_replace_all(data_type, ' *[(][^)]*[)]', ''), '  *', ' ') -%}
    case lower(trim({{ without_size }}))
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


{#- The numbers in the brackets of a data type: a length or precision, and a scale. A text without a length is as long as
    it may be; `max` is no length either, and a type that can hold the longest text of Snowflake (16777216) holds text without a length.
    The brackets of a whole number do not count: they only say how wide it is shown.

    type_rank  column with the type's rank -#}
{% macro type_size(data_type, type_rank) -%}
    case {{ type_rank }}
        when 101 then 1
        when 102 then 3
        when 103 then 5
        when 104 then 8
        when 105 then 10
        when 106 then 19
        when 301 then 0
        else {{ fivetran_logs.number_in_brackets(data_type, 1) }}
    end
{%- endmacro %}

{% macro type_scale(data_type, type_rank) -%}
    case when {{ type_rank }} >= 107 then coalesce({{ fivetran_logs.number_in_brackets(data_type, 2) }}, 0) else 0 end
{%- endmacro %}

{% macro number_in_brackets(data_type, position) -%}
    {%- set from_bracket_on = fivetran_logs.text_part(data_type, "'('", 2) | trim -%}
    {%- set brackets = fivetran_logs.text_part(from_bracket_on, "')'", 1) | trim -%}
    {%- set number = fivetran_logs.regexp_replace_all(fivetran_logs.text_part(brackets, "','", position) | trim, '[^0-9]', '') -%}
    {{ fivetran_logs.try_cast("nullif(" ~ number ~ ", '')", dbt.type_bigint()) }}
{%- endmacro %}


{#- Condition: a change that can break what reads the object. A change between unknown types counts as one.
    Reads the columns previous_rank and new_rank beside those of a change. -#}
{% macro is_breaking_change() -%}
    {#- text without a length is the longest text: what can hold Snowflake's longest holds it -#}
    {%- set old_size = 'coalesce(' ~ fivetran_logs.type_size('previous_data_type', 'previous_rank')
        ~ ', case previous_rank when 402 then 16777216 when 601 then 8388608 end)' -%}
    {%- set new_size = fivetran_logs.type_size('new_data_type', 'new_rank') -%}
    {%- set old_scale = fivetran_logs.type_scale('previous_data_type', 'previous_rank') -%}
    {%- set new_scale = fivetran_logs.type_scale('new_data_type', 'new_rank') -%}
    change_type in ('dropped', 'renamed')
    or (
        change_type = 'type_changed'
        and not coalesce(
            floor(previous_rank / 100.0) = floor(new_rank / 100.0)
            and previous_rank <= new_rank
            and (
                {{ new_size }} is null
                or lower(previous_data_type) = lower(new_data_type)
                or (
                    {{ new_scale }} >= {{ old_scale }}
                    and {{ new_size }} - {{ new_scale }} >= {{ old_size }} - {{ old_scale }}
                )
            ),
            false
        )
    )
{%- endmacro %}
