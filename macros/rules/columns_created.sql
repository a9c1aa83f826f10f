{#- The columns of a create_table as `"name":"type","name":"type"`, from the field `columns` of its payload; null if that is not an object. -#}
{% macro columns_created(payload) -%}
    {%- set head = '^[^{]*[{][^{}]*"columns"[^{}":,]*:[^{}":,]*[{]' -%}
    {%- set listed = fivetran_logs.text_part(fivetran_logs.regexp_replace_all(payload, head, ''), "'}'", 1) | trim -%}
    case
        when {{ fivetran_logs.regexp_found(payload, "'" ~ head ~ "'") }}
            then {{ fivetran_logs.regexp_replace_all(listed, '"[^",:]*:[^",:]*"', '":"') }}
    end
{%- endmacro %}


{#- The type of a column in such a list; null if the list lacks the column. -#}
{% macro type_created(columns, column_name) -%}
    {%- set from_type_on = fivetran_logs.text_part(columns, dbt.concat(["'\"'", column_name, "'\":\"'"]), 2) | trim -%}
    nullif({{ fivetran_logs.text_part(from_type_on, "'\"'", 1) | trim }}, '')
{%- endmacro %}
