{#- Select: for each row, the median and the number of values in the days before it, without rows at the same time. Columns: the key,
    trailing_median, trailing_count.

    relation   table to read         key        unique column
    partition  column of the window  at         timestamp column
    value      expression, null if a row does not count
    days       length of the window -#}
{% macro trailing_median(relation, key, partition, at, value, days) %}
    {{- adapter.dispatch('trailing_median', 'fivetran_logs')(relation, key, partition, at, value, days) -}}
{% endmacro %}

{#- Engines without percentiles over a moving window join each row to those before it. The join is by day, so an engine can hash it and
    reads only the row's window instead of its whole partition. -#}
{% macro default__trailing_median(relation, key, partition, at, value, days) -%}
    select
        current_rows.{{ key }},
        {{ fivetran_logs.percentile('earlier.trailing_value', 0.5) }} as trailing_median,
        count(earlier.trailing_value) as trailing_count
    from {{ relation }} as current_rows
    left join (
        select
            spread_rows.{{ partition }},
            spread_rows.{{ at }},
            {{ fivetran_logs.date_add('day', 'later_days.days_later', 'cast(spread_rows.' ~ at ~ ' as date)') }} as seen_on,
            {{ value }} as trailing_value
        from {{ relation }} as spread_rows
        cross join (
            {%- for day in range(days | int + 1) %}
            select {{ day }} as days_later{{ ' union all' if not loop.last }}
            {%- endfor %}
        ) as later_days
    ) as earlier
        on
            current_rows.{{ partition }} = earlier.{{ partition }}
            and cast(current_rows.{{ at }} as date) = earlier.seen_on
            and earlier.{{ at }} >= {{ fivetran_logs.time_add('day', '-' ~ days, 'current_rows.' ~ at) }}
            and earlier.{{ at }} < current_rows.{{ at }}
    group by current_rows.{{ key }}
{%- endmacro %}

{#- A window collects the values, and the median is computed from them: no join, no sort of all rows. -#}
{% macro postgres__trailing_median(relation, key, partition, at, value, days) -%}
    select
        gathered.{{ key }},
        (
            select percentile_cont(0.5) within group (order by earlier.trailing_value)
            from unnest(gathered.trailing_values) as earlier (trailing_value)
        ) as trailing_median,
        cardinality(array_remove(gathered.trailing_values, null)) as trailing_count
    from (
        select
            {{ key }},
            coalesce(array_agg({{ value }}) over (
                partition by {{ partition }}
                order by {{ at }}
                range between interval '{{ days }} days' preceding and interval '1 microsecond' preceding
            ), '{}') as trailing_values
        from {{ relation }}
    ) as gathered
{%- endmacro %}

{% macro redshift__trailing_median(relation, key, partition, at, value, days) -%}
    {{ fivetran_logs.default__trailing_median(relation, key, partition, at, value, days) }}
{%- endmacro %}

{#- DuckDB's median over a moving window is a hundred times slower if a long window contains nulls. So a row that does not count becomes
    two values, one below and one above all others, which does not change the median. -#}
{% macro duckdb__trailing_median(relation, key, partition, at, value, days) -%}
    select
        {{ key }},
        case when trailing_count > 0 then trailing_median end as trailing_median,
        trailing_count
    from (
        select
            {{ key }},
            is_second,
            quantile_cont(coalesce(counted_value, case when is_second then 1e300 else -1e300 end), 0.5) over earlier as trailing_median,
            count(counted_value) over earlier as trailing_count
        from (
            select *, cast({{ value }} as double) as counted_value, false as is_second from {{ relation }}
            union all
            select *, cast(null as double) as counted_value, true as is_second from {{ relation }} where {{ value }} is null
        ) as rows_without_nulls
        window earlier as (
            partition by {{ partition }}
            order by {{ at }}
            range between interval {{ days }} days preceding and interval 1 microsecond preceding
        )
    ) as medians
    where not is_second
{%- endmacro %}
