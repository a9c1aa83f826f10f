{#- Makes messages comparable. Both uses share one list of steps, and the order matters: an address contains quotes and numbers, a date
    contains numbers, an id contains letters and digits (a word with one digit, such as oauth2_token_expired, is not an id).

    fingerprint  true: removes everything that differs when the same error happens again. False, for a shape: keeps everything that a
                 category may depend on, that is hosts, quoted words and error codes (marked by ~ while numbers are removed). Names of
                 tables and columns are removed, so that a column called trial_expired does not look like an unpaid bill. Patterns search
                 the shape, so that a message has the same category in every build, whatever messages come with it. -#}
{% macro masking_steps(fingerprint) -%}
    {%- set months = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*' -%}
    {%- set quotes = [
        ("([a-z])''(t|s|re|ve|ll|d|m)([^a-z0-9]|$)", '\\1\\2\\3'),
        ('"[^"]*"', '<value>'),
        ("''[^'']*''", '<value>'),
        ('`[^`]*`', '<value>'),
        ('“[^”]*”', '<value>'),
    ] -%}
    {%- set names = [
        ('http/[0-9][0-9.]*', 'http'),
        (
            '(table|relation|view|column|field|key|index|collection)s? ("[^"]+"|' ~ "''[^'']+''" ~ '|`[^`]+`|[a-z0-9]*[_.][a-z0-9_.$]*[a-z0-9_$])',
            '\\1 <name>',
        ),
    ] -%}
    {%- set ids = [
        ('([a-z0-9-]+[.]){2,}[a-z]{2,8}(:[0-9]+|[^a-z0-9.]|$)', '<address>\\2'),
        ('<address>:[0-9]+', '<address>'),
        ('[a-z0-9]*[0-9][a-z]+[0-9][a-z0-9]*', '<id>'),
        ('[0-9]+([.,][0-9]+)*', '<number>'),
    ] -%}
    {%- set codes = [
        ('(ora|aadsts|sqlstate|error|errno|code|status|http|msg|returned|response|[(#])([^0-9<~]{0,12})([0-9]{3,5})', '\\1\\2~\\3~'),
        ('[0-9]+([.,][0-9]+)+', '<number>'),
        ('(^|[^a-z0-9~])([0-9]{1,2}|[06-9][0-9]{2}|[0-9]{4,})([^a-z0-9~]|$)', '\\1<number>\\3'),
        ('~', ''),
    ] -%}
    {{- return([
        ('(https?|jdbc|s3|gs|sftp|ftp|tcp|ssl|wasbs?|abfss?):[^ ,;)>]+', '<address>' if fingerprint else '\\1 <address>'),
        ('[a-z0-9._%+-]+@[a-z0-9.-]+', '<address>'),
    ] + (quotes if fingerprint else names) + [
        ('[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?( ?utc|z|[+-][0-9]{2}:?[0-9]{2})?)?', '<date>'),
        ('[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}', '<date>'),
        (
            '((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?([0-9]{1,2}[ -]' ~ months ~ '[ ,-]+[0-9]{4}|' ~ months ~ ' [0-9]{1,2},? [0-9]{4})',
            '<date>',
        ),
        ('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<id>'),
        ('[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}(:[0-9]+)?', '<address>'),
        ('[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?( ?(am|pm|utc|gmt|z))?', '<date>'),
        ('<date>([t ,]+<date>)+', '<date>'),
        ('0x[0-9a-f]+', '<id>'),
        ('[a-z_-]*[0-9][a-z0-9]{7,}([_-][a-z0-9]*[0-9][a-z0-9]*)*', '<id>'),
    ] + (ids if fingerprint else codes) + [
        (' +', ' '),
    ]) -}}
{%- endmacro %}


{#- A text after these steps, or after half of them: all steps in one expression are nested too deeply for SQL parsers. -#}
{% macro masked(text, fingerprint, half=none) -%}
    {%- set steps = fivetran_logs.masking_steps(fingerprint) -%}
    {%- set ns = namespace(sql=text) -%}
    {%- if half != 'second' -%}
        {%- set ns.sql = fivetran_logs.one_line(text) -%}
    {%- endif -%}
    {%- for pattern, replacement in (steps[:10] if half == 'first' else steps[10:] if half == 'second' else steps) -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    {{ ns.sql if half == 'first' else 'trim(' ~ ns.sql ~ ')' }}
{%- endmacro %}


{#- The first 2,000 characters of a text in lower case and on one line. -#}
{% macro one_line(text) -%}
    {%- set ns = namespace(sql='lower(substring(' ~ text ~ ', 1, 2000))') -%}
    {%- for code in [9, 10, 13] -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", chr(" ~ code ~ "), ' ')" -%}
    {%- endfor -%}
    {{ ns.sql }}
{%- endmacro %}


{#- The name of the last table that a message names, in lower case and without its schema: table 'orders', table public.orders. Whatever else
    follows the word is no table that anybody knows. -#}
{% macro table_in_message(message) -%}
    {{ fivetran_logs.regexp_replace_all(fivetran_logs.one_line(message), '^.*table [^a-z0-9_$]?([a-z0-9_$]+[.])*([a-z0-9_$]+).*$', '\\2') }}
{%- endmacro %}


{#- The same of a message about something missing or refused, which may call a table a relation or an object; null where it names none. -#}
{% macro table_named_in(message) -%}
    {%- set words = '(table|relation|object|collection)' -%}
    {%- set name = "[^a-z0-9_$]?([a-z0-9_$]+[.])*([a-z0-9_$]+)" -%}
    case
        when {{ fivetran_logs.regexp_found('lower(' ~ message ~ ')', "'" ~ words ~ " [^a-z0-9_$ ]'") }}
            then {{ fivetran_logs.regexp_replace_all(fivetran_logs.one_line(message), '^.*' ~ words ~ ' ' ~ name ~ '.*$', '\\3') }}
        when {{ fivetran_logs.regexp_found('lower(' ~ message ~ ')', "'for (table|relation|object|collection) '") }}
            then {{ fivetran_logs.regexp_replace_all(fivetran_logs.one_line(message), '^.*for ' ~ words ~ ' ' ~ name ~ '.*$', '\\3') }}
    end
{%- endmacro %}
