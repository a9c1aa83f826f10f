{#- Checks of the data check as rows: position, status, what, row_count, explanation. One statement runs them all.

    groups  [rows, checks] each: the CTE or CTEs that the checks of a group read, and the checks in order
    check   [what, row_count, cases]: a text, a SQL expression, and cases
    case    [status, condition, explanation], the first with a true condition; or [status, explanation], which always applies

    A {column} in braces within a text is replaced with its value. -#}
{% macro data_checks(groups) %}
    {%- set checks = [] -%}
    {%- for rows, checks_of_rows in groups -%}
        {%- for what, row_count, cases in checks_of_rows -%}
            {%- do checks.append([rows, what, row_count, cases]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for rows, what, row_count, cases in checks %}
    select
        {{ loop.index }} as position,
        {{ fivetran_logs.data_check_case(cases, 'status') }} as status,
        {{ fivetran_logs.text_with_figures(what) }} as what,
        coalesce({{ row_count }}, 0) as row_count,
        {{ fivetran_logs.data_check_case(cases, 'explanation') }} as explanation
    from {{ rows }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endmacro %}


{#- SQL for the status, or the explanation, of the first case that applies. -#}
{% macro data_check_case(cases, part) -%}
    {%- for case in cases if case | length == 3 %}
        {{- 'case' if loop.first }} when {{ case[1] }} then {{ fivetran_logs.text_with_figures(case[0] if part == 'status' else case[2]) }}
    {%- endfor %}
    {%- for case in cases if case | length == 2 %}
        {{- ' else ' if cases | length > 1 }}{{ fivetran_logs.text_with_figures(case[0] if part == 'status' else case[1]) }}
    {%- endfor %}
    {{- ' end' if cases | length > 1 }}
{%- endmacro %}


{#- A SQL text in which each {column} is the column's value. -#}
{% macro text_with_figures(text) -%}
    {%- set quoted = "'" ~ dbt.escape_single_quotes(text) ~ "'" -%}
    {{- quoted | replace('{', "' || cast(") | replace('}', ' as ' ~ dbt.type_string() ~ ") || '") -}}
{%- endmacro %}


{#- The relation of one of our models, for a query that finds models in the graph and so cannot use ref(). -#}
{% macro relation_of_model(name) %}
    {%- set node = graph.nodes['model.fivetran_logs.' ~ name] -%}
    {{- return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) -}}
{% endmacro %}
