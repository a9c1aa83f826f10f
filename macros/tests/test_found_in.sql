{#- Fails for each value that another long table lacks: like dbt's `relationships`, but only for recent rows (see tested_rows). Both
    tables need the time column; a row is never earlier than a row that refers to it. field: the column's name there, if it differs. -#}
{% test found_in(model, column_name, to, within, field=none) %}
select distinct referring.{{ column_name }}
from {{ model }} as referring
where
    referring.{{ column_name }} is not null
    and {{ fivetran_logs.tested_rows('referring.' ~ within) }}
    and not exists (
        select 1 from {{ to }} as referred
        where referred.{{ field or column_name }} = referring.{{ column_name }} and {{ fivetran_logs.tested_rows('referred.' ~ within) }}
    )
{% endtest %}
