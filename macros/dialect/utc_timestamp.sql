{#- A source time as UTC without zone, each value on its own; null where it cannot be read, never an error.

    With a zone it is converted, without one it is UTC already. A text is a time that begins with its year, a `T` or a blank between
    date and time, a fraction after a dot or a comma, at the end `Z`, `UTC`, `GMT` or an offset (-07, -0700, -07:00, with or without a
    blank before it); a date alone is its midnight. Small letters and quotes around it, as JSON has them, change nothing. Month before day or day before month is anyone's guess: such a text is not read.
    A number, or a text that is one, counts from 1970, in the unit that its size shows: see epoch_microseconds.
    Years before 1 and beyond 9999, which clients cannot show, are null. -#}
{% macro to_utc_timestamp(column, arrived_as) %}
    {{- adapter.dispatch('to_utc_timestamp', 'fivetran_logs')(column, arrived_as) -}}
{% endmacro %}

{% macro default__to_utc_timestamp(column, arrived_as) -%}
    {%- if fivetran_logs.is_number(arrived_as) -%}
        {{ fivetran_logs.epoch_to_utc(column) }}
    {%- elif arrived_as in ('timestamp', 'timestamp without time zone') -%}
        {{ fivetran_logs.within_years(column) }}
    {%- elif 'with time zone' in arrived_as or arrived_as == 'timestamptz' -%}
        {{ fivetran_logs.within_years('(' ~ column ~ " at time zone 'UTC')") }}
    {%- elif arrived_as == 'date' -%}
        case
            when {{ column }} between cast('0001-01-01' as date) and cast('9999-12-31' as date)
                then cast({{ column }} as {{ fivetran_logs.type_utc_timestamp() }})
        end
    {%- else -%}
        {{ fivetran_logs.time_in_text(fivetran_logs.to_text(column, arrived_as)) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as.startswith('timestamp_') -%}
        {{ fivetran_logs.within_years('try_cast(' ~ column ~ ' as timestamp)') }}
    {%- else -%}
        {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
    {%- endif -%}
{%- endmacro %}

{% macro postgres__to_utc_timestamp(column, arrived_as) -%}
    {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
{%- endmacro %}

{% macro redshift__to_utc_timestamp(column, arrived_as) -%}
    {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
{%- endmacro %}

{#- Fivetran loads TIMESTAMP_TZ or TIMESTAMP_NTZ. They are read as they are, so that micro-partitions can be passed over; years beyond
    9999 are not written there. -#}
{% macro snowflake__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as == 'timestamp_ntz' -%}
        {{ column }}
    {%- elif arrived_as in ('timestamp_tz', 'timestamp_ltz') -%}
        cast(convert_timezone('UTC', {{ column }}) as timestamp_ntz)
    {%- else -%}
        {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
    {%- endif -%}
{%- endmacro %}

{#- TIMESTAMP is an instant, DATETIME has no zone; neither knows other years. -#}
{% macro bigquery__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as == 'datetime' -%}
        {{ column }}
    {%- elif arrived_as == 'timestamp' -%}
        datetime({{ column }}, 'UTC')
    {%- elif arrived_as == 'date' -%}
        cast({{ column }} as datetime)
    {%- else -%}
        {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
    {%- endif -%}
{%- endmacro %}

{#- Spark's TIMESTAMP is an instant that the session's zone prints: the session must be in UTC (docs/warehouses). -#}
{% macro spark__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as == 'timestamp_ntz' -%}
        {{ fivetran_logs.within_years('cast(' ~ column ~ ' as timestamp)') }}
    {%- else -%}
        {{ fivetran_logs.default__to_utc_timestamp(column, arrived_as) }}
    {%- endif -%}
{%- endmacro %}


{#- Whether a data type, in lower case, is one of numbers. -#}
{% macro is_number(arrived_as) %}
    {{- return((arrived_as.split('(')[0] | trim) in (
        'tinyint', 'smallint', 'integer', 'int', 'bigint', 'long', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint', 'uhugeint',
        'int2', 'int4', 'int8', 'int64', 'real', 'float', 'float4', 'float8', 'float64', 'double', 'double precision',
        'number', 'numeric', 'bignumeric', 'decimal',
    )) -}}
{% endmacro %}


{#- Whether a data type, in lower case, is one of text. -#}
{% macro is_text(arrived_as) %}
    {{- return((arrived_as.split('(')[0] | trim) in ('varchar', 'character varying', 'text', 'string', 'char', 'character', 'nvarchar', 'bpchar')) -}}
{% endmacro %}


{#- A time of the years 1 to 9999, else null. -#}
{% macro within_years(timestamp) -%}
    case
        when
            {{ timestamp }} >= cast('0001-01-01 00:00:00' as {{ fivetran_logs.type_utc_timestamp() }})
            and {{ timestamp }} <= cast('9999-12-31 23:59:59.999999' as {{ fivetran_logs.type_utc_timestamp() }})
            then {{ timestamp }}
    end
{%- endmacro %}


{#- Microseconds since 1970 of a number of seconds (10 digits before the point), milliseconds (13), microseconds (16) or nanoseconds
    (19), that is of the years 2001 to 2286; null for any other number. The gaps keep out what is no such count: years, days of a
    spreadsheet, 20260618, 20260618030000. -#}
{% macro epoch_microseconds(number) -%}
    {%- set number = fivetran_logs.as_double(number) -%}
    cast(round(
        case
            {%- for at_least, below, factor in [('1e9', '1e10', '1e6'), ('1e12', '1e13', '1e3'), ('1e15', '1e16', '1e0'), ('1e18', '1e19', '1e-3')] %}
            when {{ number }} >= {{ at_least }} and {{ number }} < {{ below }} then {{ number }} * {{ factor }}
            {%- endfor %}
        end
    ) as {{ dbt.type_bigint() }})
{%- endmacro %}

{#- The time that a number counts. -#}
{% macro epoch_to_utc(number) %}
    {{- adapter.dispatch('epoch_to_utc', 'fivetran_logs')(number) -}}
{% endmacro %}

{% macro default__epoch_to_utc(number) -%}
    (cast('1970-01-01 00:00:00' as {{ fivetran_logs.type_utc_timestamp() }}) + {{ fivetran_logs.epoch_microseconds(number) }} * interval '1 microsecond')
{%- endmacro %}

{% macro duckdb__epoch_to_utc(number) -%}
    make_timestamp({{ fivetran_logs.epoch_microseconds(number) }})
{%- endmacro %}

{% macro snowflake__epoch_to_utc(number) -%}
    to_timestamp_ntz({{ fivetran_logs.epoch_microseconds(number) }}, 6)
{%- endmacro %}

{% macro bigquery__epoch_to_utc(number) -%}
    datetime(timestamp_micros({{ fivetran_logs.epoch_microseconds(number) }}), 'UTC')
{%- endmacro %}

{% macro spark__epoch_to_utc(number) -%}
    timestamp_micros({{ fivetran_logs.epoch_microseconds(number) }})
{%- endmacro %}


{#- The time in a text, as to_utc_timestamp describes it. -#}
{% macro time_in_text(text) %}
    {{- adapter.dispatch('time_in_text', 'fivetran_logs')('upper(replace(' ~ text ~ ", '\"', ' '))") -}}
{% endmacro %}

{% macro default__time_in_text(text) -%}
    case
        when {{ fivetran_logs.regexp_found(text, "'" ~ fivetran_logs.time_pattern() ~ "'") }}
            then {{ fivetran_logs.within_years(fivetran_logs.plain_time(fivetran_logs.plain_time_text(text))) }}
        else {{ fivetran_logs.epoch_to_utc(fivetran_logs.try_cast(text, fivetran_logs.type_double())) }}
    end
{%- endmacro %}

{#- A text that names a zone goes through timestamptz, which would put the session's zone into one that does not. -#}
{% macro duckdb__time_in_text(text) -%}
    {%- set dotted = 'replace(trim(' ~ text ~ "), ',', '.')" -%}
    list_filter(
        [case
            when regexp_matches({{ text }}, '^ *[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9:.,]+)? *$')
                then try_cast({{ dotted }} as timestamp)
            when regexp_matches({{ text }}, '^ *[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[T ]')
                then timezone('UTC', try_cast(
                    regexp_replace(regexp_replace({{ dotted }}, ' *[zZ]$', 'Z'), ' +([+-][0-9:]+)$', '\1') as timestamptz
                ))
            else {{ fivetran_logs.epoch_to_utc('try_cast(' ~ text ~ ' as double)') }}
        end],
        lambda moment: moment between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'
    )[1]
{%- endmacro %}

{#- PostgreSQL reads every spelling, and fails at what is no time or number: the patterns keep that out. -#}
{% macro postgres__time_in_text(text) -%}
    {%- set dotted = 'regexp_replace(translate(' ~ text ~ ", ',/', '.-'), '([.][0-9]{6})[0-9]+', '\\1')" -%}
    case
        when {{ dotted }} ~ '^ *{{ fivetran_logs.postgres__timestamp_pattern() }} *$'
            then cast({{ dotted }} as timestamp)
        when {{ dotted }} ~ '^ *{{ fivetran_logs.postgres__timestamp_pattern() }} *([zZ]|UTC|GMT|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?) *$'
            then {{ fivetran_logs.within_years('(cast(' ~ dotted ~ " as timestamptz) at time zone 'UTC')") }}
        when {{ text }} ~ '^ *[0-9]{1,20}([.][0-9]*)?([eE][+]?[0-9]{1,2})? *$'
            then {{ fivetran_logs.epoch_to_utc('cast(' ~ text ~ ' as double precision)') }}
    end
{%- endmacro %}

{% macro redshift__time_in_text(text) -%}
    {{ fivetran_logs.default__time_in_text(text) }}
{%- endmacro %}

{% macro bigquery__time_in_text(text) -%}
    case
        when {{ fivetran_logs.regexp_found(text, "'" ~ fivetran_logs.time_pattern() ~ "'") }}
            then {{ fivetran_logs.plain_time(fivetran_logs.plain_time_text(text)) }}
        else {{ fivetran_logs.epoch_to_utc(fivetran_logs.try_cast(text, fivetran_logs.type_double())) }}
    end
{%- endmacro %}


{% macro time_pattern() -%}
    {{- return(
        '^ *[0-9]{4}[-/](0[1-9]|1[0-2])[-/](0[1-9]|[12][0-9]|3[01])'
        ~ '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)? *([zZ]|UTC|GMT|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)? *$'
    ) -}}
{%- endmacro %}

{#- What matches time_pattern, written the one way that every engine reads: 2026-06-18 03:00:00.123456, then nothing or +02:00. -#}
{% macro plain_time_text(text) -%}
    {%- set read = namespace(text='translate(trim(' ~ text ~ "), ',/', '.-')") -%}
    {%- for pattern, replacement in [
        ('([.][0-9]{6})[0-9]+', '\\1'),
        (' *([zZ]|UTC|GMT)$', '+00:00'),
        (' *([+-][0-9]{2}):?([0-9]{2})$', '\\1:\\2'),
        ('(:[0-9.]+) *([+-][0-9]{2})$', '\\1\\2:00'),
        ('([T ][0-9]{2}:[0-9]{2})([+-].*)?$', '\\1:00\\2'),
    ] -%}
        {%- set read.text = adapter.dispatch('replace_part', 'fivetran_logs')(read.text, pattern, replacement) -%}
    {%- endfor -%}
    {{- read.text -}}
{%- endmacro %}

{% macro default__replace_part(text, pattern, replacement) -%}
    {{ fivetran_logs.regexp_replace_all(text, pattern, replacement) }}
{%- endmacro %}

{% macro redshift__replace_part(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement | replace("\\", "$") }}', 1, 'p')
{%- endmacro %}


{#- The time in a text that plain_time_text wrote, in UTC. -#}
{% macro plain_time(text) %}
    {{- adapter.dispatch('plain_time', 'fivetran_logs')(text) -}}
{% endmacro %}

{% macro default__plain_time(text) -%}
    case
        when {{ text }} like '%:%+__:__' or {{ text }} like '%:%-__:__'
            then ({{ fivetran_logs.try_cast(text, 'timestamp with time zone') }} at time zone 'UTC')
        else {{ fivetran_logs.try_cast(text, fivetran_logs.type_utc_timestamp()) }}
    end
{%- endmacro %}

{% macro snowflake__plain_time(text) -%}
    case
        when {{ text }} like '%:%+__:__' or {{ text }} like '%:%-__:__'
            then cast(convert_timezone('UTC', try_cast({{ text }} as timestamp_tz)) as timestamp_ntz)
        else try_cast({{ text }} as timestamp_ntz)
    end
{%- endmacro %}

{% macro bigquery__plain_time(text) -%}
    coalesce(safe_cast({{ text }} as datetime), datetime(safe_cast({{ text }} as timestamp), 'UTC'))
{%- endmacro %}

{% macro spark__plain_time(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}
