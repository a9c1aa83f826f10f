{#- Fails for each row that breaks the key or a rule, names what it breaks, and shows the row. For marts and seeds, of which a user's
    build reads each once; unique_key and expressions_are_true ask the same in two queries. A rule that is null passes.

    key       columns that together differ in each row and are never null
    also      further keys, each a list of columns
    nullable  parts of keys that may be null
    rules     conditions on the model's columns
    within    see tested_rows -#}
{% test key_and_rules(model, key, rules, also=[], nullable=[], within=none) %}
{%- set keys = [key] + also %}
with

checked as (

    select * from {{ model }}
    where {{ fivetran_logs.tested_rows(within) }}

),
{%- for columns in keys %}

repeated_{{ loop.index }} as (

    select
        {%- for column in columns %}
        {{ fivetran_logs.part_of_key(column, nullable) }} as part_{{ loop.index }}_of_key,
        {%- endfor %}
        1 as is_repeated
    from checked
    group by {{ columns | join(', ') }}
    having count(*) > 1

),
{%- endfor %}

judged as (

    select
        case
            {%- for column in keys | sum(start=[]) | unique if column not in nullable %}
            when checked.{{ column }} is null then '{{ column }} is never null'
            {%- endfor %}
            {%- for columns in keys %}
            when repeated_{{ loop.index }}.is_repeated = 1 then 'one row for each {{ columns | join(", ") }}'
            {%- endfor %}
            {%- for rule in rules %}
            when not ({{ rule }}) then '{{ dbt.escape_single_quotes(rule) }}'
            {%- endfor %}
        end as does_not_hold,
        checked.*
    from checked
    {%- for columns in keys %}
    {%- set repeated = 'repeated_' ~ loop.index %}
    left join {{ repeated }}
        on
            {%- for column in columns %}
            {{ 'and ' if not loop.first }}{{ fivetran_logs.part_of_key('checked.' ~ column, nullable) }} = {{ repeated }}.part_{{ loop.index }}_of_key
            {%- endfor %}
    {%- endfor %}

)

select * from judged
where does_not_hold is not null
{% endtest %}


{#- A column of a key as what joins: null, where it may be null, equals null. -#}
{% macro part_of_key(column, nullable) -%}
    {%- if column.split('.')[-1] in nullable -%}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
    {%- else -%}
        {{ column }}
    {%- endif -%}
{%- endmacro %}
