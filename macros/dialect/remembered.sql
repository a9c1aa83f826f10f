{#- Passes an answer from one node of a run to later nodes; `none` if no node has stored it, or if dbt keeps nothing between nodes. The
    caller then asks again, so the build is right in either case, and faster here: 35 staging views ask for the same columns.

    dbt-core gives every node of a run the same dictionary, `graph`. dbt 2 does not document writes to it, so nothing is written there.
    This is the only place where the project writes to a dictionary of dbt. A program that gives dbt one manifest for several runs gives
    them one dictionary too, so an answer has the id of its run: the next run's source has other rows and columns. -#}
{% macro remembered(question) %}
    {{- return(graph.get(invocation_id ~ ' ' ~ question)) -}}
{% endmacro %}

{% macro remember(question, answer) %}
    {%- if (dbt_version.split('.')[0] | int) < 2 -%}
        {%- do graph.update({invocation_id ~ ' ' ~ question: answer}) -%}
    {%- endif -%}
    {{- return(answer) -}}
{% endmacro %}
