{#- Fails for each row that breaks a rule, and names the first broken rule. A null result passes.
    expressions: conditions on the model's columns, all checked in one query; within: see tested_rows. -#}
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
