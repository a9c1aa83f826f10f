{#- Fails for each value that another long table lacks: dbt's `relationships`, within a time that both tables have and that is never
    later in the row that refers than in the one it refers to; see tested_rows. field: its name there, where that is another. -#}
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
