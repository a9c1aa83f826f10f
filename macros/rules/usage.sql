{#- The columns that identify a consumer of active rows, in any month. -#}
{% macro usage_key() -%}
    {%- set texts = [] -%}
    {%- for part in ['destination_id', 'connection_id', 'unmatched_name', 'schema_name', 'table_name'] -%}
        {%- do texts.append("coalesce(" ~ part ~ ", '~')") -%}
    {%- endfor -%}
    {{ dbt.hash(texts | join(" || '|' || ")) }}
{%- endmacro %}


{#- The bill, in whole cents, of the first `weight_so_far` of `weight_of_all`. -#}
{% macro cents_up_to(cost, weight_so_far, weight_of_all) -%}
    round({{ cost }} * cast({{ weight_so_far }} as {{ fivetran_logs.type_decimal() }}) / nullif({{ weight_of_all }}, 0), 2)
{%- endmacro %}


{#- The part of a month's bill up to a time in it: by paid rows; by all rows if no row is paid; the whole bill without rows. -#}
{% macro share_so_far(paid_so_far, paid_of_month, total_so_far, total_of_month) -%}
    coalesce(
        cast({{ paid_so_far }} as {{ fivetran_logs.type_decimal() }}) / nullif({{ paid_of_month }}, 0),
        cast({{ total_so_far }} as {{ fivetran_logs.type_decimal() }}) / nullif({{ total_of_month }}, 0),
        1
    )
{%- endmacro %}
