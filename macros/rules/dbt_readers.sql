{#- How many models or exposures of the user's own dbt project read a table: null where nobody knows, because no manifest was given, and for
    a table that is not in the destination. Needs the CTE and the joined alias `readers` (seed fivetran_dbt_readers). -#}
{% macro known_readers(count, table_name) -%}
    case when {{ table_name }} is not null and exists (select all_readers.table_name from readers as all_readers) then coalesce(readers.{{ count }}, 0) end
{%- endmacro %}


{#- Condition: the row of `readers` is that of a table in the destination. Fivetran's metadata does not name the database. -#}
{% macro is_read_table(schema_name, table_name) -%}
    lower({{ schema_name }}) = lower(readers.schema_name) and lower({{ table_name }}) = lower(readers.table_name)
{%- endmacro %}
