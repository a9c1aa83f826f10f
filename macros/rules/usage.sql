{#- The columns that identify a consumer of active rows, in any month. -#}
{% macro usage_key() -%}
    {%- set texts = [] -%}
    {%- for part in ['destination_id', 'connection_id', 'unmatched_name', 'schema_name', 'table_name'] -%}
        {%- do texts.append("coalesce(" ~ part ~ ", '~')") -%}
    {%- endfor -%}
    {{ dbt.hash(texts | join(" || '|' || ")) }}
{%- endmacro %}


{#- The part of an amount that falls to a weight, to six digits on every engine; null where all weights are 0. -#}
{% macro part_by_weight(amount, weight, weight_of_all) -%}
    round(
        cast(
            {{ fivetran_logs.as_double(amount) }} * {{ fivetran_logs.as_double(weight) }} / {{ fivetran_logs.as_double('nullif(' ~ weight_of_all ~ ', 0)') }}
            as {{ fivetran_logs.type_decimal() }}
        ),
        6
    )
{%- endmacro %}


{#- The part of a month's bill up to a time in it: by paid rows; by all rows if no row is paid; the whole bill without rows. -#}
{% macro share_so_far(paid_so_far, paid_of_month, total_so_far, total_of_month) -%}
    coalesce(
        cast({{ paid_so_far }} as {{ fivetran_logs.type_decimal() }}) / nullif({{ paid_of_month }}, 0),
        cast({{ total_so_far }} as {{ fivetran_logs.type_decimal() }}) / nullif({{ total_of_month }}, 0),
        1
    )
{%- endmacro %}
