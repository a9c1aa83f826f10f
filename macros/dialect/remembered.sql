{#- What one node asked, for the nodes after it: none where nobody asked, or where dbt keeps nothing between nodes. Whoever asks must
    then ask itself, so a build is right in either case and here merely shorter: 35 staging views ask for the same columns.

    dbt-core hands one dictionary, `graph`, to every node of a run. dbt 2 does not say what becomes of a write into it: there nothing is
    written. This is the one place where the project writes into a dictionary of dbt's. -#}
{% macro remembered(question) %}
    {{- return(graph.get(question)) -}}
{% endmacro %}

{% macro remember(question, answer) %}
    {%- if (dbt_version.split('.')[0] | int) < 2 -%}
        {%- do graph.update({question: answer}) -%}
    {%- endif -%}
    {{- return(answer) -}}
{% endmacro %}
