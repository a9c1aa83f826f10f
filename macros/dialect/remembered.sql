{#- Passes an answer from one node of a run to later nodes; `none` if no node has stored it, or if dbt keeps nothing between nodes. The
    caller then asks again, so the build is right in either case, and faster here: 35 staging views ask for the same columns.

    dbt-core gives every node of a run the same dictionary, `graph`. dbt 2 does not document writes to it, so nothing is written there.
    This is the only place where the project writes to a dictionary of dbt. -#}
{% macro remembered(question) %}
    {{- return(graph.get(question)) -}}
{% endmacro %}

{% macro remember(question, answer) %}
    {%- if (dbt_version.split('.')[0] | int) < 2 -%}
        {%- do graph.update({question: answer}) -%}
    {%- endif -%}
    {{- return(answer) -}}
{% endmacro %}
