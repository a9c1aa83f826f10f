{#- What a person must do about costs, a sentence for each destination and thing to do: for `fivetran-logs check` after a build.

    allocated_costs  the relation of int_fivetran_log__allocated_costs -#}
{% macro cost_notes(allocated_costs) %}
    {%- set first = fivetran_logs.date_in_words('min(month_date)') %}
    {%- set last = fivetran_logs.date_in_words('max(month_date)') %}
select
    'Costs of destination ' || coalesce(destination_id, '(not named)') || ', '
    || case when min(month_date) = max(month_date) then {{ first }} else {{ first }} || ' to ' || {{ last }} end
    || ': ' || note as problem
from {{ allocated_costs }}
where note is not null
group by destination_id, note
{% endmacro %}
