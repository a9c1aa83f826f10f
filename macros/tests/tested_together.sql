{#- Whether a test that compares tables judges them in this run. dbt selects a test as soon as one of its tables is selected: in
    `dbt build --select +some_mart` the others may not be there, or be what an earlier build left. So in a build that makes some of them
    and not others the test says nothing. It judges where all are made, where it is selected by its own name, and in `dbt test`.

    nodes  unique ids of what it reads -#}
{% macro tested_together(nodes) %}
    {%- if not execute or flags.WHICH != 'build' -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- set made = [] -%}
    {%- set left = [] -%}
    {%- for node in nodes if node in graph.nodes and graph.nodes[node].config.materialized != 'ephemeral' -%}
        {%- do (made if node in selected_resources else left).append(node) -%}
    {%- endfor -%}
    {{- return(not (made and left)) -}}
{% endmacro %}


{#- What such a test asks instead: a query without rows. -#}
{% macro nothing_to_test() -%}
select one from (select 1 as one) as nothing_to_test where 1 = 0
{%- endmacro %}
