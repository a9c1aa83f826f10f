{#- Who may do what. Levels: 0 nothing, 1 read, 2 write, 3 manage. -#}

{#- What a permission is about. Fivetran publishes no list of their names, so words in them decide. -#}
{% macro permission_kind(permission) -%}
    case
        when lower({{ permission }}) like '%connect%' then 'connection'
        when lower({{ permission }}) like '%destination%' or lower({{ permission }}) like '%warehouse%' then 'destination'
        when lower({{ permission }}) like '%transformation%' then 'transformation'
        when lower({{ permission }}) like '%billing%' or lower({{ permission }}) like '%usage%' then 'billing'
        else 'account'
    end
{%- endmacro %}

{% macro permission_level(permission) -%}
    case
        when {{ fivetran_logs.regexp_found('lower(' ~ permission ~ ')', "'manage|delete|admin'") }} then 3
        when {{ fivetran_logs.regexp_found('lower(' ~ permission ~ ')', "'edit|create|update|write|modify|upload'") }} then 2
        else 1
    end
{%- endmacro %}

{#- The level of a role whose permissions are unknown, by its name; null if the name tells nothing. -#}
{% macro role_level(role_name) -%}
    case
        when {{ fivetran_logs.regexp_found('lower(' ~ role_name ~ ')', "'billing'") }} then 0
        when {{ fivetran_logs.regexp_found('lower(' ~ role_name ~ ')', "'review|view|read|member'") }} then 1
        when {{ fivetran_logs.regexp_found('lower(' ~ role_name ~ ')', "'admin|owner|manage'") }} then 3
        when {{ fivetran_logs.regexp_found('lower(' ~ role_name ~ ')', "'analyst|collaborator|edit|create|creator|upload'") }} then 2
    end
{%- endmacro %}

{#- Whether a role is custom. Fivetran's tables do not say, so its name decides: fivetran_logs_standard_roles lists the others. -#}
{% macro is_custom_role(role_name) -%}
    lower({{ role_name }}) not in (
        {%- for name in var('fivetran_logs_standard_roles') -%}
            '{{ dbt.escape_single_quotes(name | lower) }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{#- Condition: a role is not limited to connector types, or this type is among them. What is no connection has no type. -#}
{% macro role_covers(limited_to, connector_type) -%}
    (
        {{ limited_to }} is null
        or {{ connector_type }} is null
        or {{ dbt.position("', ' || " ~ connector_type ~ " || ','", "', ' || " ~ limited_to ~ " || ','") }} > 0
    )
{%- endmacro %}
