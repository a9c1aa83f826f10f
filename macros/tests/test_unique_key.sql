{#- Fails for each key that repeats or has a null part, and shows its columns and values. One query checks all keys of a table.

    columns   the key
    also      further keys, each a list of columns
    nullable  parts of keys that may be null
    within    see tested_rows -#}
{% test unique_key(model, columns, also=[], nullable=[], within=none) %}
{%- for key in [columns] + also %}
    {%- set texts = [] -%}
    {%- for column in key -%}
        {%- do texts.append('coalesce(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ "), 'null')") -%}
    {%- endfor %}
select
    '{{ key | join(', ') }}' as unique_key,
    {{ texts | join(" || ', ' || ") }} as not_unique,
    count(*) as rows_with_this_key
from {{ model }}
where {{ fivetran_logs.tested_rows(within) }}
group by {{ key | join(', ') }}
having
    count(*) > 1
    {%- for column in key if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
