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


{#- Condition: an alteration of something that belongs to a table or column, such as a key, a constraint or a default. -#}
{% macro names_a_part(kind) -%}
    {{ fivetran_logs.regexp_found(
        kind, "'key|constraint|index|partition|cluster|not_?null|(add|drop|remove|delete)[^a-z]?(column)?[^a-z]?default'"
    ) }}
{%- endmacro %}


{#- The columns of a create_table as `"name":"type","name":"type"`, out of its payload's field `columns`; null where it is no object. -#}
{% macro columns_created(payload) -%}
    {%- set head = '^[^{]*[{][^{}]*"columns"[^{}":,]*:[^{}":,]*[{]' -%}
    {%- set listed = fivetran_logs.text_part(fivetran_logs.regexp_replace_all(payload, head, ''), "'}'", 1) | trim -%}
    case
        when {{ fivetran_logs.regexp_found(payload, "'" ~ head ~ "'") }}
            then {{ fivetran_logs.regexp_replace_all(listed, '"[^",:]*:[^",:]*"', '":"') }}
    end
{%- endmacro %}


{#- The type of a column in such a list; null where it lacks the column. -#}
{% macro type_created(columns, column_name) -%}
    {%- set from_type_on = fivetran_logs.text_part(columns, dbt.concat(["'\"'", column_name, "'\":\"'"]), 2) | trim -%}
    nullif({{ fivetran_logs.text_part(from_type_on, "'\"'", 1) | trim }}, '')
{%- endmacro %}


{#- The schema of tables that one schema alone is known to have, by connection and lower-cased name (body of a CTE).

    logged, metadata  changes of either kind -#}
{% macro only_schemas(logged, metadata) -%}
select
    connection_id,
    lower(table_name) as table_key,
    min(schema_name) as schema_name
from (
    select
        connection_id,
        table_name,
        schema_name
    from {{ logged }}
    union all
    select
        connection_id,
        table_name,
        schema_name
    from {{ metadata }}
    where side = 'destination'
) as named_tables
group by connection_id, lower(table_name)
having count(distinct lower(schema_name)) = 1
{%- endmacro %}


{#- CTEs that pair what tells of one change, each with the one nearest to it that has it for its nearest too; a second time among
    those left over, for where two changes follow each other faster than they are noticed. The last, told_twice, has a row per pair.

    candidates  pairs that may be one change
    one, other  their ids
    distance    how far apart they are -#}
{% macro told_twice(candidates, one, other, distance) -%}
{%- for round in [1, 2] %}
ranked_{{ round }} as (

    select
        candidates.{{ one }},
        candidates.{{ other }},
        {%- for id in [one, other] %}
        row_number() over (
            partition by candidates.{{ id }}
            order by candidates.{{ distance }}, candidates.{{ one }}, candidates.{{ other }}
        ) as rank_for_{{ id }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ candidates }} as candidates
    {%- if round > 1 %}
    where
        candidates.{{ one }} not in (select {{ one }} from pairs_{{ round - 1 }})
        and candidates.{{ other }} not in (select {{ other }} from pairs_{{ round - 1 }})
    {%- endif %}

),

pairs_{{ round }} as (

    select
        {{ one }},
        {{ other }}
    from ranked_{{ round }}
    where rank_for_{{ one }} = 1 and rank_for_{{ other }} = 1

),
{% endfor %}
told_twice as (

    select * from pairs_1
    union all
    select * from pairs_2

),
{%- endmacro %}


{#- CTEs that give the type a column was last known to have before each change: told by a change, or by the event that made its
    table. A column dropped has none. The last, types_before, has a row per change of a named column.

    changes  all changes
    logged   those of the log, with columns_created -#}
{% macro types_before(changes, logged) -%}
{%- set column_key = 'side, connection_id, schema_key, table_key, column_key' -%}
column_changes as (

    select
        change_id,
        change_detected_at,
        change_type,
        side,
        connection_id,
        lower(coalesce(schema_name, '')) as schema_key,
        lower(table_name) as table_key,
        lower(column_name) as column_key,
        column_name,
        case when change_type <> 'dropped' then new_data_type end as data_type
    from {{ changes }}
    where column_name is not null

),

retyped_columns as (

    select distinct
        {{ column_key | replace(', ', ',\n        ') }},
        column_name
    from column_changes
    where side = 'destination' and change_type = 'type_changed'

),

types_told as (

    select
        change_id,
        change_detected_at,
        change_type,
        {{ column_key | replace(', ', ',\n        ') }},
        data_type
    from column_changes

    union all

    select
        '' as change_id,
        created.change_detected_at,
        created.change_type,
        retyped_columns.{{ column_key | replace(', ', ',\n        retyped_columns.') }},
        {{ fivetran_logs.type_created('created.columns_created', 'retyped_columns.column_name') }} as data_type
    from retyped_columns
    inner join {{ logged }} as created
        on
            retyped_columns.connection_id = created.connection_id
            and retyped_columns.schema_key = lower(coalesce(created.schema_name, ''))
            and retyped_columns.table_key = lower(created.table_name)
    where created.columns_created is not null

),

types_numbered as (

    select
        *,
        sum(case when data_type is not null or change_type = 'dropped' then 1 else 0 end) over (
            partition by {{ column_key }} order by change_detected_at, change_id rows between unbounded preceding and current row
        ) as told_number
    from types_told

),

-- of the rows that share a number the first tells, and the others know no more
types_known as (

    select
        *,
        max(data_type) over (partition by {{ column_key }}, told_number) as known_type
    from types_numbered

),

types_before as (

    select
        change_id,
        lag(known_type) over (partition by {{ column_key }} order by change_detected_at, change_id) as data_type
    from types_known

),
{%- endmacro %}


{#- The rank of a data type among those that can hold all values of the ones before it, by family: a change to a higher rank of
    the same family widens and breaks nobody, if its size does not say otherwise. Null for a type we do not know. -#}
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


{#- The numbers in the brackets of a data type: a length or precision, and a scale. What has no length is as long as may be;
    `max` is no length either. Whole numbers have the digits they have, for what their brackets hold is how wide they are shown.

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


{#- Condition: a change that can break what reads the object. An unknown type change is taken to be one.
    Reads the columns previous_rank and new_rank beside those of a change. -#}
{% macro is_breaking_change() -%}
    {%- set old_size = fivetran_logs.type_size('previous_data_type', 'previous_rank') -%}
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
