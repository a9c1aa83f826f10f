{#- Casts that differ between engines. Each turns what does not fit into null where the engine can. -#}

{#- Decimal for money and counts that the source keeps as numeric. -#}
{% macro type_decimal() %}{{ return(adapter.dispatch('type_decimal', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_decimal() %}{{ return('numeric(28, 6)') }}{% endmacro %}
{% macro bigquery__type_decimal() %}{{ return('numeric') }}{% endmacro %}

{#- An amount of money, to the cent. -#}
{% macro as_money(expression) %}{{ adapter.dispatch('as_money', 'fivetran_logs')(expression) }}{% endmacro %}
{% macro default__as_money(expression) %}cast({{ expression }} as numeric(18, 2)){% endmacro %}

{#- Precision and scale are for columns there, a contract's among them. -#}
{% macro bigquery__as_money(expression) %}round(cast({{ expression }} as numeric), 2){% endmacro %}

{#- 64-bit floating point, for seconds, rates and scores. -#}
{% macro type_double() %}{{ return(adapter.dispatch('type_double', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_double() %}{{ return('double precision') }}{% endmacro %}
{% macro duckdb__type_double() %}{{ return('double') }}{% endmacro %}
{% macro snowflake__type_double() %}{{ return('float') }}{% endmacro %}
{% macro bigquery__type_double() %}{{ return('float64') }}{% endmacro %}
{% macro spark__type_double() %}{{ return('double') }}{% endmacro %}
{% macro databricks__type_double() %}{{ return('double') }}{% endmacro %}


{#- Date and time without a zone: what every timestamp of the models is, in UTC. -#}
{% macro type_utc_timestamp() %}{{ return(adapter.dispatch('type_utc_timestamp', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_utc_timestamp() %}{{ return(dbt.type_timestamp()) }}{% endmacro %}
{% macro snowflake__type_utc_timestamp() %}{{ return('timestamp_ntz') }}{% endmacro %}
{% macro bigquery__type_utc_timestamp() %}{{ return('datetime') }}{% endmacro %}


{#- A cast that gives null for what does not fit.
    arrived_as  type of the expression in lower case; text by default -#}
{% macro try_cast(expression, data_type, arrived_as='text') %}
    {{- adapter.dispatch('try_cast', 'fivetran_logs')(expression, data_type, arrived_as) -}}
{% endmacro %}

{% macro default__try_cast(expression, data_type, arrived_as) -%}
    cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{% macro duckdb__try_cast(expression, data_type, arrived_as) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{#- Before version 16 PostgreSQL cannot be asked whether a text casts: patterns say it. -#}
{% macro postgres__try_cast(expression, data_type, arrived_as) -%}
    {%- set kind = data_type | lower -%}
    {%- set same_kind = {
        'bigint': ('smallint', 'integer', 'bigint'),
        'boolean': ('boolean',),
        'date': ('date', 'timestamp without time zone', 'timestamp with time zone'),
    } -%}
    {%- set numbers = ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision') -%}
    {%- set text = 'cast(' ~ expression ~ ' as text)' if arrived_as not in ('text', 'character varying') else expression -%}
    {%- if arrived_as in same_kind.get(kind, ()) or (arrived_as in numbers and kind.startswith(('numeric', 'double'))) -%}
        cast({{ expression }} as {{ data_type }})
    {%- elif kind == 'boolean' -%}
        case
            when lower(trim({{ text }})) in ('true', 't', 'yes', 'y', 'on', '1') then true
            when lower(trim({{ text }})) in ('false', 'f', 'no', 'n', 'off', '0') then false
        end
    {%- elif kind == 'bigint' -%}
        case
            when {{ text }} ~ '^ *[+-]?[0-9]{1,18}([.][0-9]*)? *$' then cast(round(cast({{ text }} as numeric)) as bigint)
            when {{ text }} ~ '^ *[+-]?[0-9]([.][0-9]+)?[eE][+]?(1[0-7]|[0-9]) *$' then cast(round(cast({{ text }} as numeric)) as bigint)
        end
    {%- elif kind.startswith(('numeric', 'double')) -%}
        case
            when {{ text }} ~ '^ *[+-]?([0-9]{1,21}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9])? *$' then cast({{ text }} as {{ data_type }})
        end
    {%- elif kind == 'date' -%}
        case when {{ text }} ~ '^ *{{ fivetran_logs.postgres__date_pattern() }} *$' then cast({{ text }} as date) end
    {%- elif kind.startswith('timestamp') -%}
        case
            when {{ text }} ~ '^ *{{ fivetran_logs.postgres__timestamp_pattern() }} *$' then cast({{ text }} as timestamp)
        end
    {%- else -%}
        cast({{ expression }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{#- Days that the calendar has. -#}
{% macro postgres__date_pattern() -%}
    {{- return(
        '(?!0000)([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|[0-9]{4}-(0[13-9]|1[0-2])-(29|30)|[0-9]{4}-(0[13578]|1[02])-31'
        ~ '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)'
    ) -}}
{%- endmacro %}

{% macro postgres__timestamp_pattern() -%}
    {{- return(
        fivetran_logs.postgres__date_pattern() ~ '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)?'
    ) -}}
{%- endmacro %}

{% macro redshift__try_cast(expression, data_type, arrived_as) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{#- try_cast takes text only -#}
{% macro snowflake__try_cast(expression, data_type, arrived_as) -%}
    {%- if arrived_as.startswith(('text', 'varchar', 'char', 'string')) -%}
        try_cast({{ expression }} as {{ data_type }})
    {%- else -%}
        cast({{ expression }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__try_cast(expression, data_type, arrived_as) -%}
    safe_cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{% macro spark__try_cast(expression, data_type, arrived_as) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}


{#- Any source column as text: JSON and its relatives as JSON text, the rest as the engine prints it. -#}
{% macro to_text(column, arrived_as) %}
    {{- adapter.dispatch('to_text', 'fivetran_logs')(column, arrived_as) -}}
{% endmacro %}

{% macro default__to_text(column, arrived_as) -%}
    {%- if arrived_as in ('text', 'varchar', 'string', 'character varying') -%}
        {{ column }}
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__to_text(column, arrived_as) -%}
    {%- if arrived_as == 'varchar' -%}
        {{ column }}
    {%- elif arrived_as.startswith(('struct', 'map', 'union')) or arrived_as.endswith('[]') -%}
        cast(to_json({{ column }}) as varchar)
    {%- else -%}
        cast({{ column }} as varchar)
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__to_text(column, arrived_as) -%}
    {%- if arrived_as in ('variant', 'object', 'array') -%}
        to_json({{ column }})
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__to_text(column, arrived_as) -%}
    {%- if arrived_as == 'json' or arrived_as.startswith('struct') -%}
        to_json_string({{ column }})
    {%- else -%}
        cast({{ column }} as string)
    {%- endif -%}
{%- endmacro %}

{#- A text holds 65,535 bytes there; a longer one would stop the build. -#}
{% macro redshift__to_text(column, arrived_as) -%}
    {%- if arrived_as == 'super' -%}
        case when json_size({{ column }}) <= 65535 then json_serialize({{ column }}) end
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}


{#- A sum of whole numbers as a 64-bit integer: engines widen it to types that contracts and clients trip over. -#}
{% macro sum_rows(expression) -%}
    cast(sum({{ expression }}) as {{ dbt.type_bigint() }})
{%- endmacro %}


{#- A count as a 64-bit integer. -#}
{% macro as_rows(expression) -%}
    cast({{ expression }} as {{ dbt.type_bigint() }})
{%- endmacro %}


{#- A rate, a score or a duration as 64-bit floating point. -#}
{% macro as_double(expression) -%}
    cast({{ expression }} as {{ fivetran_logs.type_double() }})
{%- endmacro %}

{#- A sum or mean of doubles that is judged, to six digits. Its last digits differ with the order in which threads add up, so a value that
    lies on a threshold would be judged one way in this build and another in the next. -#}
{% macro steady(expression) -%}
    cast(cast({{ expression }} as {{ fivetran_logs.type_decimal() }}) as {{ fivetran_logs.type_double() }})
{%- endmacro %}
