{#- A select of, for each row, the median and the number of the values in the days before it: the row's own time and all at
    that same time excluded. Columns: the key, trailing_median, trailing_count.

    relation   what is read          key        unique column
    partition  what the window is of at         timestamp column
    value      expression, null where a row does not count
    days       length of the window -#}
{% macro trailing_median(relation, key, partition, at, value, days) %}
    {{- adapter.dispatch('trailing_median', 'fivetran_logs')(relation, key, partition, at, value, days) -}}
{% endmacro %}

{#- Without percentiles over a moving window, each row is joined to those before it. -#}
{% macro default__trailing_median(relation, key, partition, at, value, days) -%}
    select
        current_rows.{{ key }},
        {{ fivetran_logs.percentile('earlier.value', 0.5) }} as trailing_median,
        count(earlier.value) as trailing_count
    from {{ relation }} as current_rows
    left join (
        select
            {{ partition }},
            {{ at }},
            {{ value }} as value
        from {{ relation }}
    ) as earlier
        on
            current_rows.{{ partition }} = earlier.{{ partition }}
            and earlier.{{ at }} >= {{ dbt.dateadd('day', '-' ~ days, 'current_rows.' ~ at) }}
            and earlier.{{ at }} < current_rows.{{ at }}
    group by current_rows.{{ key }}
{%- endmacro %}

{% macro duckdb__trailing_median(relation, key, partition, at, value, days) -%}
    select
        {{ key }},
        quantile_cont({{ value }}, 0.5) over earlier as trailing_median,
        count({{ value }}) over earlier as trailing_count
    from {{ relation }}
    window earlier as (
        partition by {{ partition }}
        order by {{ at }}
        range between interval {{ days }} days preceding and interval 1 microsecond preceding
    )
{%- endmacro %}
