{#- Fails for each row for which a business identity does not hold, and names the first that does not; an unknown (null) counts as
    held. expressions: conditions over the model's columns, all looked at in one query; within: see tested_rows. -#}
{% test expressions_are_true(model, expressions, within=none) %}
select
    case
        {%- for expression in expressions %}
        when not ({{ expression }}) then '{{ dbt.escape_single_quotes(expression) }}'
        {%- endfor %}
    end as does_not_hold,
    checked.*
from {{ model }} as checked
where
    {{ fivetran_logs.tested_rows(within) }}
    and (
        {%- for expression in expressions %}
        {{ 'or ' if not loop.first }}not ({{ expression }})
        {%- endfor %}
    )
{% endtest %}
