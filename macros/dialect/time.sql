{#- Time arithmetic that engines spell differently. -#}

{#- Seconds from one timestamp to a later one, with their fraction; negative where the order is reversed. -#}
{% macro seconds_between(earlier, later) %}
    {{- adapter.dispatch('seconds_between', 'fivetran_logs')(earlier, later) -}}
{% endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    (cast({{ dbt.datediff(earlier, later, 'microsecond') }} as {{ fivetran_logs.type_double() }}) / 1000000.0)
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 1000000.0)
{%- endmacro %}

{% macro postgres__seconds_between(earlier, later) -%}
    cast(extract(epoch from ({{ later }} - {{ earlier }})) as double precision)
{%- endmacro %}

{% macro redshift__seconds_between(earlier, later) -%}
    {{ fivetran_logs.default__seconds_between(earlier, later) }}
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    (cast(unix_micros(cast({{ later }} as timestamp)) - unix_micros(cast({{ earlier }} as timestamp)) as double) / 1000000.0)
{%- endmacro %}


{#- The day in UTC of a text that is a time or a date, in any spelling that to_utc_timestamp reads; null if it is neither. -#}
{% macro date_in_text(text) -%}
    cast({{ fivetran_logs.time_in_text(text) }} as date)
{%- endmacro %}


{#- The first day of the month of a text such as 2026-06, or of a time or a date in any spelling. -#}
{% macro month_in_text(text) -%}
    {{ fivetran_logs.month_of(fivetran_logs.date_in_text("case when length(trim(" ~ text ~ ")) = 7 then trim(" ~ text ~ ") || '-01' else " ~ text ~ " end")) }}
{%- endmacro %}


{#- The first day of a date's month, as a date. -#}
{% macro month_of(date) -%}
    cast({{ dbt.date_trunc('month', date) }} as date)
{%- endmacro %}


{#- A timestamp some units on, exact to the microsecond. -#}
{% macro time_add(unit, count, timestamp) %}
    {{- adapter.dispatch('time_add', 'fivetran_logs')(unit, count, timestamp) -}}
{% endmacro %}

{% macro default__time_add(unit, count, timestamp) -%}
    {{ dbt.dateadd(unit, count, timestamp) }}
{%- endmacro %}

{#- dbt's own drops fractions of a second there and fails on null. -#}
{% macro spark__time_add(unit, count, timestamp) -%}
    timestampadd({{ unit }}, {{ count }}, {{ timestamp }})
{%- endmacro %}


{#- A date some days (or months) on, as a date. -#}
{% macro date_add(unit, count, date) -%}
    cast({{ fivetran_logs.time_add(unit, count, date) }} as date)
{%- endmacro %}


{#- The last instant of a day: one microsecond before midnight. -#}
{% macro end_of_day(date) -%}
    {{ fivetran_logs.time_add('microsecond', -1, 'cast(' ~ fivetran_logs.date_add('day', 1, date) ~ ' as ' ~ fivetran_logs.type_utc_timestamp() ~ ')') }}
{%- endmacro %}


{#- A timestamp as a whole number of microseconds since 1970: cheaper to hash than its text. -#}
{% macro microseconds(timestamp) %}
    {{- adapter.dispatch('microseconds', 'fivetran_logs')(timestamp) -}}
{% endmacro %}

{% macro default__microseconds(timestamp) -%}
    {{ dbt.datediff("cast('1970-01-01' as " ~ fivetran_logs.type_utc_timestamp() ~ ")", timestamp, 'microsecond') }}
{%- endmacro %}

{% macro postgres__microseconds(timestamp) -%}
    cast(round(extract(epoch from {{ timestamp }}) * 1000000) as bigint)
{%- endmacro %}

{% macro redshift__microseconds(timestamp) -%}
    {{ fivetran_logs.default__microseconds(timestamp) }}
{%- endmacro %}

{% macro snowflake__microseconds(timestamp) -%}
    date_part(epoch_microsecond, {{ timestamp }})
{%- endmacro %}

{% macro bigquery__microseconds(timestamp) -%}
    unix_micros(timestamp({{ timestamp }}))
{%- endmacro %}

{% macro spark__microseconds(timestamp) -%}
    unix_micros(cast({{ timestamp }} as timestamp))
{%- endmacro %}

{% macro duckdb__microseconds(timestamp) -%}
    epoch_us({{ timestamp }})
{%- endmacro %}
