{#- Figures in the words of a sentence: what a person reads in a problem, a recommendation or a check. -#}

{#- A value as text. -#}
{% macro in_words(value) -%}
    cast({{ value }} as {{ dbt.type_string() }})
{%- endmacro %}


{#- A count as text. The sum of whole numbers is a decimal or a float on some engines, which would read 3.0. -#}
{% macro count_in_words(count) -%}
    cast(cast({{ count }} as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
{%- endmacro %}


{#- The day of a timestamp: 2026-05-19. -#}
{% macro date_in_words(timestamp) -%}
    cast(cast({{ timestamp }} as date) as {{ dbt.type_string() }})
{%- endmacro %}


{#- Hours as people say them: less than an hour, 5 hours, 3 days. -#}
{% macro hours_in_words(hours) -%}
    case
        when {{ hours }} < 1 then 'less than an hour'
        when {{ hours }} < 2 then '1 hour'
        when {{ hours }} < 48 then cast(cast(floor({{ hours }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' hours'
        else cast(cast(floor({{ hours }} / 24) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' days'
    end
{%- endmacro %}


{#- A sync frequency as people say it after "every": minute, 15 minutes, hour, 6 hours, day. -#}
{% macro frequency_in_words(minutes) -%}
    case
        when {{ minutes }} = 1 then 'minute'
        when {{ minutes }} = 60 then 'hour'
        when {{ minutes }} = 1440 then 'day'
        when mod({{ minutes }}, 60) = 0 then cast(cast({{ minutes }} / 60 as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' hours'
        else {{ fivetran_logs.count_in_words(minutes) }} || ' minutes'
    end
{%- endmacro %}


{#- The newest syncs: The last sync, The last 3 syncs. -#}
{% macro last_syncs_in_words(count) -%}
    'The last ' || case when {{ count }} = 1 then 'sync' else {{ fivetran_logs.counted(count, 'sync') }} end
{%- endmacro %}


{#- Recurring errors: 1 error keeps coming back. `link` joins the two parts: ' ' or ' that '. -#}
{% macro recurring_errors_in_words(count, link) -%}
    {{ fivetran_logs.counted(count, 'error') }} || '{{ link }}' || case when {{ count }} = 1 then 'keeps' else 'keep' end || ' coming back'
{%- endmacro %}


{#- A count with its noun: 1 sync, 3 syncs. -#}
{% macro counted(count, noun) -%}
    {{ fivetran_logs.count_in_words(count) }} || case when {{ count }} = 1 then ' {{ noun }}' else ' {{ noun }}s' end
{%- endmacro %}


{#- A number of rows as people read it, with a comma between thousands: 1,236,065. Plain SQL, since every engine formats in its own
    way. -#}
{% macro rows_in_words(count) -%}
    {%- set digits = fivetran_logs.count_in_words(count) -%}
    {%- set thousands = [] -%}
    {%- for groups in range(3, 0, -1) -%}
        {%- set parts = ['substring(' ~ digits ~ ', 1, length(' ~ digits ~ ') - ' ~ 3 * groups ~ ')'] -%}
        {%- for group in range(groups, 0, -1) -%}
            {%- do parts.append('substring(' ~ digits ~ ', length(' ~ digits ~ ') - ' ~ (3 * group - 1) ~ ', 3)') -%}
        {%- endfor -%}
        {%- do thousands.append('when ' ~ count ~ ' >= ' ~ 1000 ** groups ~ ' then ' ~ parts | join(" || ',' || ")) -%}
    {%- endfor -%}
    case
        {{ thousands | join('\n        ') }}
        else {{ digits }}
    end
{%- endmacro %}


{#- A share as whole percent; a share that would be rounded to nothing, or to all, says so. -#}
{% macro percent_in_words(share) -%}
    case
        when {{ share }} > 0 and {{ share }} < 0.01 then 'under 1 %'
        when {{ share }} > 0.99 and {{ share }} < 1 then 'over 99 %'
        else cast(cast(round(100 * {{ share }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' %'
    end
{%- endmacro %}
