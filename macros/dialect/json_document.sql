{#- The object in a text, parsed once for all fields anyone reads.

    text    result of json_text
    fields  names in snake_case; camelCase spellings are read too
    Of a text cut short, the complete pairs are read, and a last string as far as it goes; a last number is not, since
    its end may be missing. -#}
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

{#- Complete pairs of a damaged object, put together as an object again. Control characters and backslashes that begin no escape,
    each of which would void the whole object, go first. -#}
{% macro duckdb__salvage_json(text) -%}
    {%- set clean -%}
        regexp_replace(regexp_replace({{ text }}, '[\x00-\x1f]', ' ', 'g'), '(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\', '\1', 'g')
    {%- endset -%}
    '{' || array_to_string(
        list_concat(
            regexp_extract_all({{ clean }} || '"', '"[A-Za-z_]+"\s*:\s*"(?:[^"\\]|\\.)*"'),
            list_transform(
                regexp_extract_all({{ clean }}, '"[A-Za-z_]+"\s*:\s*(?:-?[0-9.]+|true|false|null)\s*[,}]'),
                lambda pair: regexp_replace(pair, '\s*[,}]$', '')
            )
        ),
        ','
    ) || '}'
{%- endmacro %}


{#- The same where a name and a value are found by regular expressions: pairs of text, then pairs of numbers, true, false, null.
    Each of the latter ends in the comma or brace that proves it complete. -#}

{% macro postgres__json_document(text, fields) -%}
    {#- A volatile condition, true for every row, keeps PostgreSQL from copying the parsing into each field that is read of it. -#}
    case
        when clock_timestamp() is null then null
        when {{ fivetran_logs.postgres__is_json(text) }} then cast({{ text }} as jsonb)
        when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.postgres__salvage_json(text) }}
    end
{%- endmacro %}

{% macro postgres__salvage_json(text) -%}
    (
        select case when {{ fivetran_logs.postgres__is_json('salvaged.document') }} then cast(salvaged.document as jsonb) end
        from (
            select '{' || concat_ws(
                ',',
                (
                    select string_agg(pair[1], ',')
                    from regexp_matches(cleaned.document || '"', '("[A-Za-z_]+"[[:space:]]*:[[:space:]]*"(?:[^"\\]|\\.)*")', 'g') as pair
                ),
                (
                    select string_agg(pair[1], ',')
                    from regexp_matches(
                        cleaned.document,
                        '("[A-Za-z_]+"[[:space:]]*:[[:space:]]*(?:-?[0-9.]+|true|false|null))[[:space:]]*[,}]', 'g'
                    ) as pair
                )
            ) || '}' as document
            from (
                select regexp_replace(
                    regexp_replace(
                        regexp_replace({{ text }}, '[[:cntrl:]]', ' ', 'g'),
                        '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', ' ', 'g'
                    ),
                    '(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\', '\1', 'g'
                ) as document
            ) as cleaned
        ) as salvaged
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
        when strpos({{ text }}, '{') > 0 then {{ fivetran_logs.redshift__salvage_json(text) }}
    end
{%- endmacro %}

{#- No function there gives every match of a pattern. So one pattern takes what is no pair together with the pair that follows, or
    with the end, and leaves the pair. An escape is a single character meanwhile: chr(3) a backslash, chr(4) a quote, chr(2) the
    begin of any other. No pattern needs a backslash then, nor a loop over the characters of a string, which long texts exhaust.
    Texts are cut at 65,535 bytes there: such a one makes room for what is added. -#}
{% macro redshift__salvage_json(text) -%}
    {%- set room -%}
        left({{ text }}, len({{ text }}) - case when octet_length({{ text }}) > 65000 then 600 else 0 end)
    {%- endset -%}
    {%- set escapes -%}
        regexp_replace(
            replace(regexp_replace({{ room }}, '[[:cntrl:]]', ' ', 1, 'p'), chr(92), chr(1)),
            '[[:cntrl:]](["[:cntrl:]/bfnrt]|u[0-9a-fA-F]{4})', chr(2) || '$1', 1, 'p'
        )
    {%- endset -%}
    {%- set clean -%}
        replace(replace(replace({{ escapes }}, chr(2) || chr(1), chr(3)), chr(2) || '"', chr(4)), chr(1), '')
    {%- endset -%}
    {%- set pairs -%}
        regexp_replace(
            {{ clean }} || '"',
            '.+?("[A-Za-z_]+" *: *("[^"]*"|(-?[0-9.]+|true|false|null)(?= *[,}]))|$)', '$1,', 1, 'p'
        )
    {%- endset -%}
    '{' || rtrim(
        replace(replace(replace({{ pairs }}, chr(2), chr(92)), chr(3), chr(92) || chr(92)), chr(4), chr(92) || '"'), ','
    ) || '}'
{%- endmacro %}


{% macro snowflake__json_document(text, fields) -%}
    coalesce(
        try_parse_json({{ text }}),
        case when charindex('{', {{ text }}) > 0 then try_parse_json({{ fivetran_logs.snowflake__salvage_json(text) }}) end
    )
{%- endmacro %}

{% macro snowflake__salvage_json(text) -%}
    {%- set clean -%}
        regexp_replace(regexp_replace({{ text }}, '[[:cntrl:]]', ' '), '(\\\\(["\\\\/bfnrt]|u[0-9a-fA-F]{4}))|\\\\', '\\1')
    {%- endset -%}
    '{' || array_to_string(
        regexp_substr_all({{ clean }} || '"', '"[A-Za-z_]+" *: *"([^"\\\\]|\\\\.)*"'), ','
    ) || ',' || replace(array_to_string(
        regexp_substr_all({{ clean }}, '"[A-Za-z_]+" *: *(-?[0-9.]+|true|false|null) *[,}]'), ''
    ), '}', ',') || '}'
{%- endmacro %}


{% macro bigquery__json_document(text, fields) -%}
    coalesce(
        safe.parse_json({{ text }}, wide_number_mode => 'round'),
        case when strpos({{ text }}, '{') > 0 then safe.parse_json({{ fivetran_logs.bigquery__salvage_json(text) }}, wide_number_mode => 'round') end
    )
{%- endmacro %}

{% macro bigquery__salvage_json(text) -%}
    {%- set clean -%}
        regexp_replace(regexp_replace({{ text }}, r'[[:cntrl:]]', ' '), r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\', r'\1')
    {%- endset -%}
    '{' || rtrim(
        array_to_string(regexp_extract_all({{ clean }} || '"', r'"[A-Za-z_]+"\s*:\s*"(?:[^"\\]|\\.)*"'), ',')
        || ',' || replace(array_to_string(
            regexp_extract_all({{ clean }}, r'"[A-Za-z_]+"\s*:\s*(?:-?[0-9.]+|true|false|null)\s*[,}]'), ''
        ), '}', ','),
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

{% macro spark__salvage_json(text) -%}
    {%- set clean -%}
        regexp_replace(regexp_replace({{ text }}, r'[\x00-\x1f]', ' '), r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\', r'$1')
    {%- endset -%}
    concat('{', trim(both ',' from
        array_join(regexp_extract_all(concat({{ clean }}, '"'), r'"[A-Za-z_]+"\s*:\s*"(?:[^"\\]|\\.)*"', 0), ',')
        || ',' || replace(array_join(
            regexp_extract_all({{ clean }}, r'"[A-Za-z_]+"\s*:\s*(?:-?[0-9.]+|true|false|null)\s*[,}]', 0), ''
        ), '}', ',')
    ), '}')
{%- endmacro %}
