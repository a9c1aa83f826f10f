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


{#- When the delivery that ends at this moment began: usage rows that arrived since are all of it. -#}
{% macro delivery_began(newest_delivered_at) -%}
    {{ fivetran_logs.time_add('minute', '-' ~ var('fivetran_logs_usage_delivery_minutes'), newest_delivered_at) }}
{%- endmacro %}


{#- Condition, never null: usage rows of activations (data that Fivetran sends out of the destination), not of connections. -#}
{% macro is_activation(relation) -%}
    upper(coalesce({{ relation }}.free_type, '') || ' ' || coalesce({{ relation }}.sync_type, '')) like '%ACTIVATION%'
{%- endmacro %}


{#- What a line of the reconciliation means, in a sentence or two. -#}
{% macro difference_in_words() -%}
    case
        when reason = 'free_type' and detail = 'PAID' then 'Paid rows: what Fivetran charges for.'
        when reason = 'free_type' then 'Free rows: part of the total, not of the paid rows.'
        when reason = 'open_day' then 'The day is not over. Fivetran may show more of it than the source had when this was built.'
        when reason = 'late_usage'
            then 'No usage of these days has arrived yet. The dashboard may have it. An estimate by the daily mean of the last 7 days with usage.'
        when reason = 'after_as_of' then 'The source has these days, but they lie after as-of, so they are left out.'
        when reason = 'time_zone' and detail = 'first day'
            then 'Days are days of UTC. In a zone west of it, some of these rows belong to the month before.'
        when reason = 'time_zone' and detail = 'last day'
            then 'Days are days of UTC. In a zone east of it, some of these rows belong to the month after.'
        when reason = 'time_zone' and detail = 'last day of the month before'
            then 'Left out here. In a zone east of UTC, some of these rows belong to this month.'
        when reason = 'time_zone' then 'Left out here. In a zone west of UTC, some of these rows belong to this month.'
        when reason = 'restated' and detail = 'replaced rows'
            then 'Left out: Fivetran has corrected them since. A figure from before the correction contains them.'
        when reason = 'restated' then 'What Fivetran delivered in place of the replaced rows. A figure from before the correction lacks them.'
        when reason = 'deleted_connection' then 'The connection is deleted. Its rows count all the same; a list of the connections that exist now lacks them.'
        when reason = 'unmatched_connection'
            then 'No connection in the source has this name and destination. The rows count all the same, without a connection.'
        when reason = 'activation' then 'Rows of activations. Fivetran shows them apart from the rows of connections.'
    end
{%- endmacro %}
