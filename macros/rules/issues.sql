{#- Message texts made comparable. Two needs, one list of steps, in this order: an address holds quotes and numbers, a date
    holds numbers, an id holds letters and digits (a word such as
    oauth2_token_expired, which holds but one digit, is none). -#}
{% macro masking_steps(is_quoted_text_masked) -%}
    {%- set quotes = [
        ('"[^"]*"', '<value>'),
        ("''[^'']*''", '<value>'),
        ('`[^`]*`', '<value>'),
    ] -%}
    {{- return([
        ('(https?|jdbc|s3|gs|sftp|ftp|tcp|ssl|wasbs?|abfss?):[^ ,;)>]+', '<address>'),
        ('[a-z0-9._%+-]+@[a-z0-9.-]+', '<address>'),
    ] + (quotes if is_quoted_text_masked else []) + [
        ('[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?( ?utc|z|[+-][0-9]{2}:?[0-9]{2})?)?', '<date>'),
        ('[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}', '<date>'),
        ('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<id>'),
        ('[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}(:[0-9]+)?', '<address>'),
        ('([a-z0-9-]+[.]){2,}[a-z]{2,}(:[0-9]+)?', '<address>'),
        ('[a-z_-]*[0-9][a-z0-9]{7,}([_-][a-z0-9]*[0-9][a-z0-9]*)*', '<id>'),
        ('[0-9]+([.,][0-9]+)*', '<number>'),
        (' +', ' '),
    ]) -}}
{%- endmacro %}


{% macro masked(text, is_quoted_text_masked) -%}
    {%- set ns = namespace(sql="lower(substring(" ~ text ~ ", 1, 2000))") -%}
    {%- for pattern, replacement in fivetran_logs.masking_steps(is_quoted_text_masked) -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    trim({{ ns.sql }})
{%- endmacro %}


{#- The fingerprint of a message: what stays the same when the same thing goes wrong again. At most 500 characters. -#}
{% macro fingerprint(message) -%}
    substring({{ fivetran_logs.masked(message, is_quoted_text_masked=true) }}, 1, 500)
{%- endmacro %}


{#- What the category of a message depends on: its words, quoted ones too, and the first code in it (an HTTP status, an ORA
    number, an SQLSTATE). Thousands of messages that differ in ids and times share a shape, and patterns are tried on one of each:
    engines compile a pattern that comes from a table anew for every row. -#}
{% macro message_shape(message) -%}
    {{ fivetran_logs.masked(message, is_quoted_text_masked=false) }} || ' ' || coalesce(
        {{ fivetran_logs.regexp_first(
            'lower(substring(' ~ message ~ ', 1, 2000))',
            '(ora|aadsts|sqlstate|error|errno|code|status|http)[^0-9]{0,12}[0-9]{3,5}|[ (][1-5][0-9][0-9][ ):,.]'
        ) }}, ''
    )
{%- endmacro %}
