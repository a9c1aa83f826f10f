{#- The fingerprint of a message: what stays the same when the same thing goes wrong again. Lower case, at most 500
    characters, with addresses, quoted values, dates, ids and numbers taken out, in this order: an address holds quotes and
    numbers, a date holds numbers. -#}
{% macro fingerprint(message) -%}
    {%- set steps = [
        ('(https?|jdbc|s3|gs|sftp|ftp|tcp|ssl|wasbs?|abfss?):[^ ,;)>]+', '<address>'),
        ('[a-z0-9._%+-]+@[a-z0-9.-]+', '<address>'),
        ('"[^"]*"', '<value>'),
        ("''[^'']*''", '<value>'),
        ('`[^`]*`', '<value>'),
        ('[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?( ?utc|z|[+-][0-9]{2}:?[0-9]{2})?)?', '<date>'),
        ('[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}', '<date>'),
        ('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<id>'),
        ('[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}(:[0-9]+)?', '<address>'),
        ('([a-z0-9-]+[.]){2,}[a-z]{2,}(:[0-9]+)?', '<address>'),
        ('[a-z_-]*[0-9][a-z0-9_-]{7,}', '<id>'),
        ('[0-9]+([.,][0-9]+)*', '<number>'),
        (' +', ' '),
    ] -%}
    {%- set ns = namespace(sql="lower(substring(" ~ message ~ ", 1, 2000))") -%}
    {%- for pattern, replacement in steps -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    trim(substring({{ ns.sql }}, 1, 500))
{%- endmacro %}
