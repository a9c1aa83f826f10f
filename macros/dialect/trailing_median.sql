{#- A select of, for each row, the median and the number of the values in the days before it: the row's own time and all at
    that same time excluded. Columns: the key, trailing_median, trailing_count.

    relation   what is read          key        unique column
    partition  what the window is of at         timestamp column
    value      expression, null where a row does not count
    days       length of the window -#}
{% macro trailing_median(relation, key, partition, at, value, days) %}
    {{- adapter.dispatch('trailing_median', 'fivetran_logs')(relation, key, partition, at, value, days) -}}
{% endmacro %}

{#- Without percentiles over a moving window, each row is joined to those before it: by day, so that an engine can hash and meets
    each row's own window only, not all that its partition holds. -#}
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

{#- A window gathers the values, and the median is taken of what it gathered: no join, no sort of all rows. -#}
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

{#- DuckDB's median over a moving window slows down a hundredfold on long windows that hold nulls. So none does: a row that does not
    count comes twice, once below and once above all values, which leaves the median of the others where it is. -#}
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
