{#- Condition: a text is one of a list of the user's, in upper or lower case; null where the list is empty or the text is. -#}
{% macro is_among(text, values) -%}
    {%- set quoted = [] -%}
    {%- for value in ([values] if values is string else values or []) -%}
        {%- do quoted.append("'" ~ dbt.escape_single_quotes(value | string | lower) ~ "'") -%}
    {%- endfor -%}
    {%- if quoted -%}
    (lower({{ text }}) in ({{ quoted | join(', ') }}))
    {%- else -%}
    cast(null as {{ dbt.type_boolean() }})
    {%- endif -%}
{%- endmacro %}


{#- The thresholds of each check as text: `fivetran_logs_check_admins = 5`; null for a check without any. -#}
{% macro thresholds_of_check(check_code) -%}
    {%- set checks = [] -%}
    {%- for code, variables in fivetran_logs.compliance_checks().items() if variables -%}
        {%- set texts = [] -%}
        {%- for name in variables -%}
            {%- set value = var(name) -%}
            {%- set words = value if value is string else (value | join(', ') if value is iterable else value) -%}
            {%- do texts.append(name ~ ' = ' ~ (words if words | string else 'none')) -%}
        {%- endfor -%}
        {%- do checks.append("when '" ~ code ~ "' then '" ~ dbt.escape_single_quotes(texts | join('; ')) ~ "'") -%}
    {%- endfor -%}
    case {{ check_code }} {{ checks | join(' ') }} end
{%- endmacro %}


{#- What a check found, in one sentence: 2 of 12 connections fail; 1 more has an exception; 3 could not be judged. -#}
{% macro evidence_of_check(results) -%}
    case
        when {{ results }}.objects_failed = 0 then 'None of '
        else {{ fivetran_logs.count_in_words(results ~ '.objects_failed') }} || ' of '
    end
    || {{ fivetran_logs.count_in_words(results ~ '.objects_looked_at') }} || ' '
    || case
        when {{ results }}.objects_looked_at = 1 then {{ results }}.object_kind
        when {{ results }}.object_kind like '%y' then substring({{ results }}.object_kind, 1, length({{ results }}.object_kind) - 1) || 'ies'
        else {{ results }}.object_kind || 's'
    end
    || case when {{ results }}.objects_failed < 2 then ' fails' else ' fail' end
    || case
        when {{ results }}.objects_excepted = 0 then ''
        when {{ results }}.objects_excepted = 1 then '; 1 more has an exception'
        else '; ' || {{ fivetran_logs.count_in_words(results ~ '.objects_excepted') }} || ' more have an exception'
    end
    || case
        when {{ results }}.objects_not_judged = 0 then ''
        else '; ' || {{ fivetran_logs.count_in_words(results ~ '.objects_not_judged') }} || ' could not be judged'
    end
    || '.'
{%- endmacro %}


{#- The controls that a check supports, as text. It never complies with one: the tables show a part of what each asks for. -#}
{% macro controls_of_check(results) -%}
    'SOC 2 ' || {{ results }}.soc2 || '; ISO 27001:2022 ' || {{ results }}.iso27001
    || case when {{ results }}.gdpr is null then '' else '; GDPR ' || {{ results }}.gdpr end
{%- endmacro %}


{#- What stands in for the results of earlier days on the first build. -#}
{% macro no_checks() -%}
    (
        select
            cast(null as {{ dbt.type_string() }}) as check_code,
            cast(null as {{ dbt.type_string() }}) as result,
            cast(null as date) as check_date,
            cast(null as date) as first_failed_on
    ) as no_checks
{%- endmacro %}
