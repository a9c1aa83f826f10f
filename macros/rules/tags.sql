{#- A flat JSON object of texts, null if none is known: fields is {key: column}. No literal holds a backslash, which engines read
    differently; control characters, which JSON forbids, become spaces. -#}
{% macro json_of_texts(fields) -%}
    '{' || nullif(substring(
        {%- for key, column in fields.items() %}
        coalesce(',"{{ key }}":' || {{ fivetran_logs.json_string(column) }}, ''){{ ' ||' if not loop.last }}
        {%- endfor %},
        2
    ), '') || '}'
{%- endmacro %}


{#- A text as a string of JSON. -#}
{% macro json_string(text) -%}
    '"' || replace(replace(replace(replace(replace({{ text }}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"'), chr(10), ' '), chr(13), ' '), chr(9), ' ') || '"'
{%- endmacro %}


{#- A share as a number of JSON, to six digits. An exponent says where the point stands, since engines write decimals differently. -#}
{% macro json_share(share) -%}
    {{ fivetran_logs.count_in_words('round(' ~ share ~ ' * 1000000)') }} || 'e-6'
{%- endmacro %}
