{#- What kind of change an entry of a *_change_event table is. Its values are undocumented and open: a word that says it is
    believed, else the first event of an object added it, else the attribute decides; a new value never fails.

    change_type, attribute_name  columns; attribute_name may be `null`
    is_first                     condition: the first event of its object -#}
{% macro change_type_of(change_type, attribute_name, is_first) -%}
    case
        when {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'creat|add|new'") }} then 'added'
        when {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'delet|drop|remov'") }} then 'dropped'
        when
            {{ is_first }}
            and not {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'modif|updat|edit|alter|chang|renam'") }}
            then 'added'
        when lower({{ attribute_name }}) like '%type%' then 'type_changed'
        when
            lower({{ attribute_name }}) like '%name%'
            or {{ fivetran_logs.regexp_found("lower(coalesce(" ~ change_type ~ ", ''))", "'renam'") }} then 'renamed'
        else 'modified'
    end
{%- endmacro %}


{#- Condition, never null: a table or schema that Fivetran makes for itself, to load or to test, and drops again. -#}
{% macro is_own_object(schema_name, table_name) -%}
    {{ fivetran_logs.regexp_found(
        "lower(coalesce(" ~ schema_name ~ ", ''))", "'^_?fivetran_([a-z0-9]+_)*staging$|^_?fivetran_setup_test$|^_?fivetran_audit$'"
    ) }}
    or {{ fivetran_logs.regexp_found("lower(coalesce(" ~ table_name ~ ", ''))", "'^setup_test_staging_|^fivetran_audit$'") }}
{%- endmacro %}


{#- Condition: an alteration of something that belongs to a table or column, such as a key, a constraint or a default. -#}
{% macro is_constraint_change(kind) -%}
    {{ fivetran_logs.regexp_found(
        kind, "'key|constraint|index|partition|cluster|not_?null|(add|drop|remove|delete)[^a-z]?(column)?[^a-z]?default'"
    ) }}
{%- endmacro %}
