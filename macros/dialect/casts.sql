{#- Casts that differ between engines. Each turns what does not fit into null where the engine can. -#}

{#- Decimal for money and counts that the source keeps as numeric. -#}
{% macro type_decimal() %}{{ return(adapter.dispatch('type_decimal', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_decimal() %}{{ return('numeric(28, 6)') }}{% endmacro %}
{% macro bigquery__type_decimal() %}{{ return('numeric') }}{% endmacro %}

{#- Money, to the cent. -#}
{% macro type_money() %}{{ return(adapter.dispatch('type_money', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_money() %}{{ return('numeric(18, 2)') }}{% endmacro %}

{#- 64-bit floating point, for seconds, rates and scores. -#}
{% macro type_double() %}{{ return(adapter.dispatch('type_double', 'fivetran_logs')()) }}{% endmacro %}
{% macro default__type_double() %}{{ return('double precision') }}{% endmacro %}
{% macro duckdb__type_double() %}{{ return('double') }}{% endmacro %}
{% macro snowflake__type_double() %}{{ return('float') }}{% endmacro %}
{% macro bigquery__type_double() %}{{ return('float64') }}{% endmacro %}
{% macro spark__type_double() %}{{ return('double') }}{% endmacro %}
{% macro databricks__type_double() %}{{ return('double') }}{% endmacro %}


{#- A cast that gives null for what does not fit.
    arrived_as  type of the expression in lower case; text unless told -#}
{% macro try_cast(expression, data_type, arrived_as='text') %}
    {{- adapter.dispatch('try_cast', 'fivetran_logs')(expression, data_type, arrived_as) -}}
{% endmacro %}

{% macro default__try_cast(expression, data_type, arrived_as) -%}
    cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{% macro duckdb__try_cast(expression, data_type, arrived_as) -%}
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

{% macro redshift__to_text(column, arrived_as) -%}
    {%- if arrived_as == 'super' -%}
        json_serialize({{ column }})
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}


{#- A source timestamp as UTC without zone: with a zone it is converted, without one it is UTC already, text is read. -#}
{% macro to_utc_timestamp(column, arrived_as) %}
    {{- adapter.dispatch('to_utc_timestamp', 'fivetran_logs')(column, arrived_as) -}}
{% endmacro %}

{% macro default__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as in ('timestamp', 'timestamp without time zone') -%}
        {{ column }}
    {%- elif 'with time zone' in arrived_as or arrived_as == 'timestamptz' -%}
        ({{ column }} at time zone 'UTC')
    {%- else -%}
        {{ fivetran_logs.try_cast(column, dbt.type_timestamp(), arrived_as) }}
    {%- endif -%}
{%- endmacro %}

{#- DuckDB drops the offset when it casts text straight to a timestamp: a text that names a zone goes through timestamptz. -#}
{% macro duckdb__to_utc_timestamp(column, arrived_as) -%}
    {%- if arrived_as == 'timestamp' -%}
        {{ column }}
    {%- elif 'with time zone' in arrived_as -%}
        timezone('UTC', {{ column }})
    {%- elif arrived_as == 'varchar' -%}
        case
            when regexp_matches({{ column }}, ':[0-9]{2}([.][0-9]+)? *[A-Za-z+-]')
                then timezone('UTC', try_cast({{ column }} as timestamptz))
            else try_cast({{ column }} as timestamp)
        end
    {%- else -%}
        try_cast({{ column }} as timestamp)
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
