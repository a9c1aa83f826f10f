{#- The object in a text, parsed once for all fields anyone reads.

    text    result of json_text
    fields  names in snake_case; camelCase spellings are read too
    Of a text that is no valid JSON, only what stands at the top level counts, up to where it was cut: complete pairs, nested values
    among them, and a last string as far as it goes. A last number is not read, since its end may be missing, and neither is
    anything from an object or list on that was left open or is nested deeper than six: its inside would pass for the outside. -#}
{% macro json_document(text, fields) %}{{ adapter.dispatch('json_document', 'fivetran_logs')(text, fields) }}{% endmacro %}

{% macro default__json_document(text, fields) -%}
    {{- fivetran_logs.no_dialect('json_document') -}}
{%- endmacro %}

{% macro duckdb__json_document(text, fields) -%}
    {%- set names = [] -%}
    {%- for field in fields -%}
        {%- for name in [field, fivetran_logs.camel_case(field)] if name not in names -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    try(from_json(
        case
            when json_valid({{ text }}) then {{ text }}
            when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.duckdb__salvage_json(text) }}
        end,
        '{ {%- for name in names -%}"{{ name }}":"VARCHAR"{{ ',' if not loop.last }}{%- endfor -%} }'
    ))
{%- endmacro %}

{#- The patterns that read the top level of a damaged object whose escapes are whole (see whole_escapes): {'top', 'pair', 'flat_pair'}.

    top        from behind the opening brace to the end of the object, or to the first object or list without an end
    pair       a name with its value; flat_pair the same without values that are nested
    cut_value  what may stand at the end and is no complete value: a name's colon, or a number that may go on

    To separate the outside from the inside, complete strings, then complete objects and lists, are taken as one piece each: a brace or a
    quote within a string does not count, and no inner pair is ever looked at.
    string   pattern of a string, quotes included
    scalar   pattern of a number, true, false or null
    others   all of {}[]" as they stand in a class
    group    how a group begins
    once     '+' where the engine backtracks, so that it never does, nor counts its loops on a stack -#}
{% macro json_patterns(string, scalar, others='][{}"', opening='[{[]', closing='[]}]', group='(?:', once='') %}
    {%- set plain = '[^' ~ others ~ ']' ~ ('++' if once) -%}
    {%- set nested = namespace(pattern=opening ~ group ~ plain ~ '|' ~ string ~ ')*' ~ once ~ closing) -%}
    {%- for level in range(5) -%}
        {%- set nested.pattern = opening ~ group ~ plain ~ '|' ~ string ~ '|' ~ nested.pattern ~ ')*' ~ once ~ closing -%}
    {%- endfor -%}
    {{- return({
        'top': group ~ plain ~ '|' ~ string ~ '|' ~ nested.pattern ~ ')*' ~ once ~ '[}]?',
        'pair': string ~ ' *: *' ~ group ~ string ~ '|' ~ nested.pattern ~ '|' ~ scalar ~ ')',
        'flat_pair': string ~ ' *: *' ~ group ~ string ~ '|' ~ scalar ~ ')',
        'cut_value': ': *[^' ~ others ~ ', ]*$',
    }) -}}
{% endmacro %}

{#- A scalar where each pair is tried before it counts, and where none is. -#}
{% macro json_any_scalar(others='][{}"') %}{{ return('[^' ~ others ~ ', ]+') }}{% endmacro %}
{% macro json_strict_scalar(group='(?:') %}
    {{- return(
        group ~ '-?' ~ group ~ '0|[1-9][0-9]*)' ~ group ~ '[.][0-9]+)?' ~ group ~ '[eE][+-]?[0-9]+)?|true|false|null)'
    ) -}}
{% endmacro %}

{#- An escape that JSON knows, as a pattern: not an unpaired half of a character beyond 16 bits, nor what only begins like an escape.
    bs  a backslash in a pattern -#}
{% macro json_escape(bs='\\\\', group='(?:') %}
    {{- return(
        bs ~ group ~ '["' ~ bs ~ '/bfnrt]|u' ~ group ~ '[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}'
        ~ '|[dD][89abAB][0-9a-fA-F]{2}' ~ bs ~ 'u[dD][c-fC-F][0-9a-fA-F]{2}))'
    ) -}}
{% endmacro %}
{% macro json_escape_cut(bs='\\\\', group='(?:') %}
    {{- return(bs ~ group ~ 'u[dD][89a-fA-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{0,3}$)?') -}}
{% endmacro %}

{#- A text of JSON without what would void all of it: control characters become spaces, a backslash that begins no escape goes. -#}
{% macro duckdb__whole_escapes(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '[\x00-\x1f]', ' ', 'g'),
        '({{ fivetran_logs.json_escape() }})|{{ fivetran_logs.json_escape_cut() }}', '\1', 'g'
    )
{%- endmacro %}

{% macro duckdb__salvage_json(text) -%}
    {%- set patterns = fivetran_logs.json_patterns('"(?:[^"\\\\]|\\\\.)*"', fivetran_logs.json_any_scalar()) -%}
    {%- set after_brace = fivetran_logs.duckdb__whole_escapes('substr(' ~ text ~ ', strpos(' ~ text ~ ", '{') + 1)") -%}
    '{' || array_to_string(
        list_filter(
            regexp_extract_all(
                regexp_replace(regexp_extract({{ after_brace }} || '"', '^{{ patterns.top }}'), '{{ patterns.cut_value }}', ''),
                '{{ patterns.pair }}'
            ),
            lambda pair: json_valid('{' || pair || '}')
        ),
        ','
    ) || '}'
{%- endmacro %}


{% macro postgres__json_document(text, fields) -%}
    {#- A volatile condition, true for every row, keeps PostgreSQL from copying the parsing into each field that is read of it. -#}
    case
        when clock_timestamp() is null then null
        when {{ fivetran_logs.postgres__is_json(text) }} then cast({{ text }} as jsonb)
        when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.postgres__salvage_json(text) }}
    end
{%- endmacro %}

{#- A zero character, which no text holds there, goes too. -#}
{% macro postgres__whole_escapes(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '[[:cntrl:]]', ' ', 'g'),
        '((?!\\u0000){{ fivetran_logs.json_escape() }})|\\u0000|{{ fivetran_logs.json_escape_cut() }}', '\1', 'g'
    )
{%- endmacro %}

{% macro postgres__salvage_json(text) -%}
    {%- set patterns = fivetran_logs.json_patterns('"(?:[^"\\\\]|\\\\.)*"', fivetran_logs.json_any_scalar()) -%}
    {%- set after_brace = fivetran_logs.postgres__whole_escapes('substr(' ~ text ~ ', strpos(' ~ text ~ ", '{') + 1)") -%}
    (
        select cast('{' || coalesce(string_agg(found.pair[1], ','), '') || '}' as jsonb)
        from regexp_matches(
            regexp_replace(substring({{ after_brace }} || '"' from '^{{ patterns.top }}'), '{{ patterns.cut_value }}', ''),
            '({{ patterns.pair }})', 'g'
        ) as found (pair)
        where {{ fivetran_logs.postgres__is_json("('{' || found.pair[1] || '}')") }}
    )
{%- endmacro %}

{#- Condition: the text casts to jsonb without an error. PostgreSQL 16 can be asked; before, a pattern says it for values nested up
    to four deep, and deeper ones are salvaged like damaged ones: what is read stands at the top. -#}
{% macro postgres__is_json(text) -%}
    {%- if fivetran_logs.postgres__version() >= 160000 -%}
        pg_input_is_valid({{ text }}, 'jsonb')
    {%- else -%}
        {{ text }} ~ '^[[:space:]]*{{ fivetran_logs.postgres__json_pattern() }}[[:space:]]*$'
    {%- endif -%}
{%- endmacro %}

{% macro postgres__version() -%}
    {%- set question = 'fivetran_logs_postgres_version' -%}
    {%- if not execute -%}
        {{- return(0) -}}
    {%- endif -%}
    {{- return(
        fivetran_logs.remembered(question)
        or fivetran_logs.remember(question, run_query('show server_version_num').rows[0][0] | int)
    ) -}}
{%- endmacro %}

{% macro postgres__json_pattern() -%}
    {%- set space = '[ \t\r\n]*' -%}
    {%- set text = '"([^"\\\\[:cntrl:]]|\\\\["\\\\/bfnrt]|\\\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})*"' -%}
    {%- set scalar = text ~ '|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]{1,3})?|true|false|null' -%}
    {%- set nested = namespace(value='(' ~ scalar ~ ')') -%}
    {%- for level in range(4) -%}
        {%- set nested.value = '(' ~ scalar
            ~ '|[{]' ~ space ~ '(' ~ text ~ space ~ ':' ~ space ~ nested.value ~ space ~ '(,' ~ space ~ '(?=")|(?=[}])))*[}]'
            ~ '|\\[' ~ space ~ '(' ~ nested.value ~ space ~ '(,' ~ space ~ '(?![]])|(?=[]])))*[]])' -%}
    {%- endfor -%}
    {{- return(nested.value) -}}
{%- endmacro %}


{#- Redshift reads fields from a text, so what is damaged becomes a text that is whole. -#}
{% macro redshift__json_document(text, fields) -%}
    case
        when is_valid_json({{ text }}) then {{ text }}
        when strpos({{ text }}, '{') > 0 and is_valid_json({{ fivetran_logs.redshift__salvage_json(text, 'pair') }})
            then {{ fivetran_logs.redshift__salvage_json(text, 'pair') }}
        when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.redshift__salvage_json(text, 'flat_pair') }}
    end
{%- endmacro %}

{#- An escape is a single character meanwhile: chr(3) a backslash, chr(4) a quote, chr(2) the begin of any other. No pattern needs a
    backslash then, nor a loop over the characters of a string, which long texts exhaust. A character beyond 16 bits that is written as
    two escapes is left out.
    Texts are cut at 65,535 bytes there: such a one makes room for what is added. -#}
{% macro redshift__whole_escapes(text) -%}
    {%- set room -%}
        left({{ text }}, len({{ text }}) - case when octet_length({{ text }}) > 65000 then 600 else 0 end)
    {%- endset -%}
    {%- set escapes -%}
        regexp_replace(
            replace(regexp_replace({{ room }}, '[[:cntrl:]]', ' ', 1, 'p'), chr(92), chr(1)),
            '[[:cntrl:]](["[:cntrl:]/bfnrt]|u[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|u[dD][0-7][0-9a-fA-F]{2})', chr(2) || '$1', 1, 'p'
        )
    {%- endset -%}
    {%- set whole -%}
        regexp_replace(
            {{ escapes }}, '(?<![[:cntrl:]])[[:cntrl:]]u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9a-fA-F]{0,3}$)', '', 1, 'p'
        )
    {%- endset -%}
    replace(replace(replace({{ whole }}, chr(2) || chr(1), chr(3)), chr(2) || '"', chr(4)), chr(1), '')
{%- endmacro %}

{% macro redshift__escapes_restored(text) -%}
    replace(replace(replace({{ text }}, chr(2), chr(92)), chr(3), chr(92) || chr(92)), chr(4), chr(92) || '"')
{%- endmacro %}

{#- No function there gives every match of a pattern. So one pattern takes what is no pair together with the pair that follows, or
    with the end, and leaves the pair. -#}
{% macro redshift__salvage_json(text, kind) -%}
    {%- set patterns = fivetran_logs.json_patterns('"[^"]*+"', fivetran_logs.json_strict_scalar(), once='+') -%}
    {%- set top -%}
        regexp_replace(
            {{ fivetran_logs.redshift__whole_escapes(text) }} || '"', '^[^{]*+([{]{{ patterns.top }}).*$', '$1', 1, 'p'
        )
    {%- endset -%}
    {%- set pairs -%}
        regexp_replace(
            regexp_replace({{ top }}, '{{ patterns.cut_value }}', '', 1, 'p'), '.+?({{ patterns[kind] }}|$)', '$1,', 1, 'p'
        )
    {%- endset -%}
    '{' || rtrim({{ fivetran_logs.redshift__escapes_restored(pairs) }}, ',') || '}'
{%- endmacro %}


{#- A nested value that is damaged itself would void what stands beside it: it is left out then, here and on BigQuery. -#}
{% macro snowflake__json_document(text, fields) -%}
    coalesce(
        try_parse_json({{ text }}),
        case
            when charindex('{', {{ text }}) > 0
                then coalesce(
                    try_parse_json({{ fivetran_logs.snowflake__salvage_json(text, 'pair') }}),
                    try_parse_json({{ fivetran_logs.snowflake__salvage_json(text, 'flat_pair') }})
                )
        end
    )
{%- endmacro %}

{#- A backslash in a pattern is two, and each of them two in a literal. -#}
{% macro snowflake__whole_escapes(text) -%}
    {%- set bs = '\\\\\\\\' -%}
    regexp_replace(
        regexp_replace({{ text }}, '[[:cntrl:]]', ' '),
        '({{ fivetran_logs.json_escape(bs, "(") }})|{{ fivetran_logs.json_escape_cut(bs, "(") }}', '\\1'
    )
{%- endmacro %}

{% macro snowflake__salvage_json(text, kind) -%}
    {%- set patterns = fivetran_logs.json_patterns(
        '"([^"\\\\\\\\]|\\\\\\\\.)*"', fivetran_logs.json_strict_scalar('('), group='('
    ) -%}
    {%- set after_brace = fivetran_logs.snowflake__whole_escapes('substr(' ~ text ~ ", charindex('{', " ~ text ~ ') + 1)') -%}
    '{' || array_to_string(
        regexp_substr_all(
            regexp_replace(
                regexp_replace({{ after_brace }} || '"', '^({{ patterns.top }}).*$', '\\1'), '{{ patterns.cut_value }}', ''
            ),
            '{{ patterns[kind] }}'
        ),
        ','
    ) || '}'
{%- endmacro %}


{% macro bigquery__json_document(text, fields) -%}
    coalesce(
        safe.parse_json({{ text }}, wide_number_mode => 'round'),
        case
            when strpos({{ text }}, '{') > 0
                then coalesce(
                    safe.parse_json({{ fivetran_logs.bigquery__salvage_json(text, 'pair') }}, wide_number_mode => 'round'),
                    safe.parse_json({{ fivetran_logs.bigquery__salvage_json(text, 'flat_pair') }}, wide_number_mode => 'round')
                )
        end
    )
{%- endmacro %}

{% macro bigquery__whole_escapes(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, r'[[:cntrl:]]', ' '),
        r'({{ fivetran_logs.json_escape() }})|{{ fivetran_logs.json_escape_cut() }}', r'\1'
    )
{%- endmacro %}

{% macro bigquery__salvage_json(text, kind) -%}
    {%- set patterns = fivetran_logs.json_patterns('"(?:[^"\\\\]|\\\\.)*"', fivetran_logs.json_strict_scalar()) -%}
    {%- set after_brace = fivetran_logs.bigquery__whole_escapes('substr(' ~ text ~ ', strpos(' ~ text ~ ", '{') + 1)") -%}
    '{' || array_to_string(
        regexp_extract_all(
            regexp_replace(regexp_extract({{ after_brace }} || '"', r'^{{ patterns.top }}'), r'{{ patterns.cut_value }}', ''),
            r'{{ patterns[kind] }}'
        ),
        ','
    ) || '}'
{%- endmacro %}


{% macro spark__json_document(text, fields) -%}
    {%- set columns = [] -%}
    {%- for field in fields -%}
        {%- for name in [field, fivetran_logs.camel_case(field)] if '`' ~ name ~ '` string' not in columns -%}
            {%- do columns.append('`' ~ name ~ '` string') -%}
        {%- endfor -%}
    {%- endfor -%}
    from_json(
        case
            when json_object_keys({{ text }}) is not null then {{ text }}
            when instr({{ text }}, '{') > 0 then {{ fivetran_logs.spark__salvage_json(text) }}
        end,
        '{{ columns | join(', ') }}'
    )
{%- endmacro %}

{% macro spark__whole_escapes(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, r'[\x00-\x1f]', ' '),
        r'({{ fivetran_logs.json_escape() }})|{{ fivetran_logs.json_escape_cut() }}', r'$1'
    )
{%- endmacro %}

{#- A bracket within a class needs a backslash there. -#}
{% macro spark__salvage_json(text) -%}
    {%- set others = '\\]\\[{}"' -%}
    {%- set patterns = fivetran_logs.json_patterns(
        '"(?:[^"\\\\]++|\\\\.)*+"', fivetran_logs.json_any_scalar(others), others, '[{\\[]', '[\\]}]', once='+'
    ) -%}
    {%- set after_brace = fivetran_logs.spark__whole_escapes('substring(' ~ text ~ ', instr(' ~ text ~ ", '{') + 1)") -%}
    concat('{', array_join(
        filter(
            regexp_extract_all(
                regexp_replace(regexp_extract(concat({{ after_brace }}, '"'), r'^{{ patterns.top }}', 0), r'{{ patterns.cut_value }}', ''),
                r'{{ patterns.pair }}', 0
            ),
            pair -> json_object_keys(concat('{', pair, '}')) is not null
        ),
        ','
    ), '}')
{%- endmacro %}
