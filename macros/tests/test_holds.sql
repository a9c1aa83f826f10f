{#- Fails for each row for which a business identity does not hold; an unknown (null) counts as held. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where not ({{ expression }})
{% endtest %}
