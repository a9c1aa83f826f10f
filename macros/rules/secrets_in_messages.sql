{#- The message of an error, or a reason, with [secret] in place of what looks like one. It is a sentence that people must be able to read, so
    less is hidden than in the values of an action, where a word for a secret hides all that follows it: "Bad token: no such user" stays.

    A quote or backslash that is escaped is one character meanwhile, as in without_secrets, and so is the colon in "using password: YES", by
    which MySQL says whether there was one. Most messages have no sign of a secret, and one search says so. -#}
{% macro message_without_secrets(text) -%}
    {%- set pieces -%}
        replace(replace(replace(replace({{ text }}, 'using password:', chr(3)), chr(92) || chr(92), chr(2)), chr(92) || '"', chr(1)), chr(92) || '/', '/')
    {%- endset -%}
    {%- set ns = namespace(sql=pieces) -%}
    {%- for pattern, replacement in fivetran_logs.secret_patterns_of_messages() -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    case
        when {{ fivetran_logs.regexp_found(text, "'" ~ fivetran_logs.signs_of_secrets() ~ "'") }}
            then replace(replace(replace({{ ns.sql }}, chr(1), chr(92) || '"'), chr(2), chr(92) || chr(92)), chr(3), 'using password:')
        else {{ text }}
    end
{%- endmacro %}


{#- (pattern, replacement) in the order in which they apply. What the source has masked itself (password=***) and places to fill in
    (password=<yours>) stay. -#}
{% macro secret_patterns_of_messages() -%}
    {%- set names = fivetran_logs.secret_names() -%}
    {%- set part = '(' ~ fivetran_logs.any_case(names.parts | reject('in', names.places)) ~ ')[a-zA-Z0-9_]*' -%}
    {%- set part_of_a_field = '(' ~ fivetran_logs.any_case(names.parts | reject('in', names.places + names.in_sentences)) ~ ')([a-z0-9_]*|[A-Z0-9_]*)(Key)?' -%}
    {%- set word = '(^|[^a-zA-Z0-9])(' ~ fivetran_logs.any_case(names.words) ~ ')' -%}
    {%- set apostrophe = "''" -%}
    {%- set not_apostrophe = '[^' ~ apostrophe ~ ']*' -%}
    {%- set may_begin = ' *[\x01' ~ apostrophe ~ ']?' -%}
    {#- a field of JSON in a string: what follows is hidden to the end of the string -#}
    {%- set in_a_string = '(' ~ fivetran_logs.any_case(names.parts) ~ ')[^":]*|[^a-zA-Z"](' ~ fivetran_logs.any_case(names.words + ['key'])
        ~ ')([^a-zA-Z":][^":]*)?|[a-z](' ~ names.capitals ~ ')[^a-z":]*' -%}
    {%- set quote = '[\x01\x02"' ~ apostrophe ~ ']*' -%}
    {%- set schemes = fivetran_logs.any_case(['bearer', 'basic', 'digest', 'token', 'apikey', 'negotiate']) -%}
    {%- set before_a_value = [
        '(' ~ part ~ '|' ~ word ~ ')' ~ quote ~ ' *=>?' ~ may_begin,
        part_of_a_field ~ quote ~ ' *:' ~ may_begin,
        '[?&](' ~ fivetran_logs.any_case(['key', 'code'] + names.words) ~ ')=',
        '(' ~ fivetran_logs.any_case(['authorization']) ~ ')' ~ quote ~ ' *[:=] *' ~ quote ~ '(' ~ schemes ~ ') +',
        '--[a-zA-Z-]*(' ~ part ~ '|[pP]ass)[a-zA-Z-]* +',
        '(-u|--user) +[^ :"]+:',
        'hooks[.]slack[.]com[/]',
        '[wW]ebhooks?[/]',
    ] | join('|') -%}
    {#- what no word looks like: a digit, a capital within, or a sign of base64, and not a code of three digits -#}
    {%- set sign = '[A-Za-z0-9+/=_.~-]' -%}
    {%- set odd = '([0-9+/=]|[a-z][A-Z])' -%}
    {%- set no_word = '(' ~ sign * 3 ~ '+' ~ odd ~ '|' ~ odd ~ sign * 3 ~ ')' -%}
    {%- set no_word = sign ~ '*' ~ no_word ~ sign ~ '*' -%}
    {{- return(fivetran_logs.secret_fields() + [
        ('((' ~ in_a_string ~ ')[\x01\x02]+ *: *)[^"]*', '\\1[secret]'),
        ('((' ~ part ~ '|' ~ word ~ ')' ~ apostrophe ~ ' *[:=]>? *' ~ apostrophe ~ ')' ~ not_apostrophe, '\\1[secret]'),
        ('((' ~ part ~ '|' ~ word ~ ') *= *)(' ~ apostrophe ~ not_apostrophe ~ apostrophe ~ '|"[^"]*"|[{][^}]*[}])', '\\1[secret]'),
        ('(' ~ before_a_value ~ ')[^ ;&"*<][^ ;&"]*', '\\1[secret]'),
        ('(' ~ part ~ quote ~ ' *: *' ~ quote ~ '|(' ~ fivetran_logs.any_case(['bearer', 'basic']) ~ ') +)' ~ no_word, '\\1[secret]'),
        ('((' ~ fivetran_logs.any_case(['cookie']) ~ ')' ~ quote ~ ' *: *' ~ quote ~ ')[^ "=;*]+=[^"]*', '\\1[secret]'),
        ('(<[^<>"/]*(' ~ part ~ '|[pP]ass)[^<>"]*>)[^"<]+(</)', '\\1[secret]</'),
    ] + fivetran_logs.secrets_in_addresses() + [
        ('(jdbc:[^/@ "]*[/])[^/@ "]*@', '\\1[secret]@'),
        ('-----BEGIN [^"]*', '[secret]'),
        ('(^|[^a-zA-Z0-9])(' ~ fivetran_logs.known_tokens() ~ ')', '\\1[secret]'),
    ]) -}}
{%- endmacro %}


{#- A pattern without which none of those above is found. -#}
{% macro signs_of_secrets() -%}
    {%- set names = fivetran_logs.secret_names() -%}
    {%- set parts = names.parts + ['basic', 'webhook', 'key_"', 'key=', 'code='] -%}
    {{- return([
        fivetran_logs.any_case(parts),
        '(^|[^a-zA-Z0-9])(' ~ fivetran_logs.any_case(names.words) ~ ')[^a-zA-Z]',
        '[a-z](' ~ names.capitals ~ ')',
        ':[^a-zA-Z0-9 ]*[/][^ "]*@|hooks[.]slack|-u |--user |--pass|<[pP]ass|jdbc:|-----BEGIN',
        fivetran_logs.known_tokens(),
    ] | join('|')) -}}
{%- endmacro %}
