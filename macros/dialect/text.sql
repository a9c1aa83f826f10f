{#- Regular expressions. Patterns here and in the seeds use only the syntax that all engines share: no backslashes, no look-around. -#}

{#- Replaces every match. -#}
{% macro regexp_replace_all(text, pattern, replacement) %}
    {{- adapter.dispatch('regexp_replace_all', 'fivetran_logs')(text, pattern, replacement) -}}
{% endmacro %}

{% macro default__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{% macro duckdb__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro postgres__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{#- Literals need a doubled backslash. -#}
{% macro snowflake__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement | replace("\\", "\\\\") }}')
{%- endmacro %}

{#- Redshift always replaces every match. dbt would use PostgreSQL's branch, which passes a flag where Redshift wants a position. -#}
{% macro redshift__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}

{#- Their literals do not read a doubled quote as one quote. -#}
{% macro bigquery__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern | replace("''", "\\'") }}', '{{ replacement | replace("\\", "\\\\") }}')
{%- endmacro %}

{% macro spark__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern | replace("''", "\\'") }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}


{#- Condition: the pattern occurs anywhere in the text. Both are SQL expressions. -#}
{% macro regexp_found(text, pattern) %}
    {{- adapter.dispatch('regexp_found', 'fivetran_logs')(text, pattern) -}}
{% endmacro %}

{% macro default__regexp_found(text, pattern) -%}
    regexp_like({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro duckdb__regexp_found(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro postgres__regexp_found(text, pattern) -%}
    {{ text }} ~ {{ pattern }}
{%- endmacro %}

{#- regexp_like is anchored at both ends -#}
{% macro snowflake__regexp_found(text, pattern) -%}
    regexp_instr({{ text }}, {{ pattern }}) > 0
{%- endmacro %}

{% macro redshift__regexp_found(text, pattern) -%}
    {{ text }} ~ {{ pattern }}
{%- endmacro %}

{% macro bigquery__regexp_found(text, pattern) -%}
    regexp_contains({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regexp_found(text, pattern) -%}
    {{ text }} rlike {{ pattern }}
{%- endmacro %}


{#- Aggregate: one text that changes if any row of a small table changes. -#}
{% macro rows_version(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '~')") -%}
    {%- endfor -%}
    {{ dbt.hash(adapter.dispatch('ordered_texts', 'fivetran_logs')(texts | join(" || '|' || "), columns[0])) }}
{%- endmacro %}

{% macro default__ordered_texts(text, order_by) -%}
    {{ dbt.listagg(text, "'\n'", 'order by ' ~ order_by) }}
{%- endmacro %}

{#- A literal must not go on in the next line. -#}
{% macro bigquery__ordered_texts(text, order_by) -%}
    {{ dbt.listagg(text, "'\\n'", 'order by ' ~ order_by) }}
{%- endmacro %}

{#- Spark's lists have no order, so they are sorted by the text itself. -#}
{% macro spark__ordered_texts(text, order_by) -%}
    array_join(array_sort(collect_list({{ text }})), '\n')
{%- endmacro %}


{#- Aggregate: texts in order, with commas between them. -#}
{% macro listed(text) %}
    {{- adapter.dispatch('listed', 'fivetran_logs')(text) -}}
{% endmacro %}

{% macro default__listed(text) -%}
    {{ dbt.listagg(text, "', '", 'order by ' ~ text) }}
{%- endmacro %}

{#- Spark's lists have no order of their own. -#}
{% macro spark__listed(text) -%}
    array_join(array_sort(collect_list({{ text }})), ', ')
{%- endmacro %}


{#- A hash of several expressions, including nulls; the same in every run, for keys. -#}
{% macro hash_of(expressions) %}
    {{- adapter.dispatch('hash_of', 'fivetran_logs')(expressions) -}}
{% endmacro %}

{% macro default__hash_of(expressions) -%}
    {%- set texts = [] -%}
    {%- for expression in expressions -%}
        {%- do texts.append("coalesce(cast(" ~ expression ~ " as " ~ dbt.type_string() ~ "), '~')") -%}
    {%- endfor -%}
    {{ dbt.hash(texts | join(" || '|' || ")) }}
{%- endmacro %}

{#- One call instead of ten concatenations takes half the time on a million rows. -#}
{% macro duckdb__hash_of(expressions) -%}
    {%- set texts = [] -%}
    {%- for expression in expressions -%}
        {%- do texts.append("coalesce(cast(" ~ expression ~ " as varchar), '~')") -%}
    {%- endfor -%}
    md5(concat_ws('|', {{ texts | join(', ') }}))
{%- endmacro %}


{#- Part of a text between delimiters, counted from 1. -#}
{% macro text_part(text, delimiter, part) %}
    {{- adapter.dispatch('text_part', 'fivetran_logs')(text, delimiter, part) -}}
{% endmacro %}

{% macro default__text_part(text, delimiter, part) -%}
    {{ dbt.split_part(text, delimiter, part) }}
{%- endmacro %}

{% macro spark__text_part(text, delimiter, part) -%}
    split_part({{ text }}, {{ delimiter }}, {{ part }})
{%- endmacro %}
