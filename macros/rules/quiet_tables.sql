{#- Why a table has had no row since its last, in words; what is about the table itself comes first. Reads `health` (its connection),
    `incidents` (the open one of its connection), `dropped` and `changed` (since its last row: when it was dropped, when a setting that
    names it was changed). -#}
{% macro why_a_table_is_quiet() -%}
    case
        when health.is_paused then 'its connection is paused'
        when dropped.dropped_at is not null then 'the table was dropped'
        when changed.changed_at is not null then 'a setting of it was changed'
        when incidents.incident_id is not null then 'its connection fails'
        when health.is_delayed then 'its connection is late'
        else 'the source sent no row'
    end
{%- endmacro %}


{#- Whether a changed setting names a table: its path or a value has the name between dots or quotes. Expects `changes` and `tables`. -#}
{% macro setting_names_a_table() -%}
    {%- set said = "'.' || lower(coalesce(changes.field_path, '') || '.' || coalesce(changes.old_value, '') || '.' || coalesce(changes.new_value, '')) || '.'" -%}
    {{ dbt.position("'.' || lower(tables.table_name) || '.'", "replace(" ~ said ~ ", '\"', '.')") }} > 0
{%- endmacro %}
