{#- Fails for each key that repeats or has a null part: one query for both. nullable: parts of the key that may be null; within: see
    tested_rows. -#}
{% test unique_key(model, columns, nullable=[], within=none) %}
select
    {{ columns | join(',\n    ') }},
    count(*) as rows_with_this_key
from {{ model }}
where {{ fivetran_logs.tested_rows(within) }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
