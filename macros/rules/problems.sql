{#- How bad a problem is, from 0 to 100: half of what the health score lost, and more for what cannot wait. -#}
{% macro problem_score() -%}
    least(
        100.0,
        0.5 * (100.0 - coalesce(health_score, 50.0))
        + case health_status when 'broken' then 40.0 when 'delayed' then 30.0 when 'never_synced' then 10.0 else 0.0 end
        + least(10.0, 2.0 * consecutive_failures)
        + least(10.0, 5.0 * recurring_errors_7d)
    )
{%- endmacro %}


{#- Hours as people say them: 5 hours, 3 days. -#}
{% macro spoken_hours(hours) -%}
    case
        when {{ hours }} < 1 then 'less than an hour'
        when {{ hours }} < 2 then '1 hour'
        when {{ hours }} < 48 then cast(cast(floor({{ hours }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' hours'
        else cast(cast(floor({{ hours }} / 24) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' days'
    end
{%- endmacro %}


{#- A sync frequency as people say it after "every": minute, 15 minutes, hour, 6 hours, day. -#}
{% macro spoken_frequency(minutes) -%}
    case
        when {{ minutes }} = 1 then 'minute'
        when {{ minutes }} = 60 then 'hour'
        when {{ minutes }} = 1440 then 'day'
        when mod({{ minutes }}, 60) = 0 then cast(cast({{ minutes }} / 60 as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' hours'
        else cast({{ minutes }} as {{ dbt.type_string() }}) || ' minutes'
    end
{%- endmacro %}


{#- The syncs at the end of a row of them: The last sync, The last 3 syncs. -#}
{% macro last_syncs(count) -%}
    'The last ' || case when {{ count }} = 1 then 'sync' else {{ fivetran_logs.counted(count, 'sync') }} end
{%- endmacro %}


{#- Errors that recur: 1 error that keeps coming back; joined by `link`. -#}
{% macro recurring_errors(count, link) -%}
    {{ fivetran_logs.counted(count, 'error') }} || '{{ link }}' || case when {{ count }} = 1 then 'keeps' else 'keep' end || ' coming back'
{%- endmacro %}


{#- A count with its noun: 1 sync, 3 syncs. -#}
{% macro counted(count, noun) -%}
    cast({{ count }} as {{ dbt.type_string() }}) || case when {{ count }} = 1 then ' {{ noun }}' else ' {{ noun }}s' end
{%- endmacro %}


{#- A number of rows as people read it, with a comma between thousands: 1,236,065. Plain SQL, since every engine formats in its own
    way. -#}
{% macro spoken_rows(count) -%}
    {%- set digits = 'cast(' ~ count ~ ' as ' ~ dbt.type_string() ~ ')' -%}
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


{#- A share as whole percent; a share that would be rounded to nothing says so. -#}
{% macro percent(share) -%}
    case
        when {{ share }} > 0 and {{ share }} < 0.01 then 'under 1 %'
        else cast(cast(round(100 * {{ share }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' %'
    end
{%- endmacro %}


{#- One sentence a person can act on. -#}
{% macro problem_summary() -%}
    case health_status
        when 'broken'
            then {{ fivetran_logs.last_syncs('consecutive_failures') }} || ' failed'
                || coalesce(' (' || replace(nullif(top_error_category, 'other'), '_', ' ') || ')', '')
                || coalesce('; the last success was ' || {{ fivetran_logs.spoken_hours('hours_since_last_success') }} || ' ago', '; none ever succeeded')
                || '.'
        when 'delayed'
            then coalesce('No sync has succeeded for ' || {{ fivetran_logs.spoken_hours('hours_since_last_success') }}, 'No sync has ever succeeded')
                || ', though one is due every '
                || coalesce({{ fivetran_logs.spoken_frequency('sync_frequency_minutes') }}, 'day') || '.'
        when 'never_synced'
            then 'It has never completed a sync since it was set up'
                || coalesce(' on ' || cast(cast(set_up_at as date) as {{ dbt.type_string() }}), '') || '.'
        else
            case
                when failed_syncs_last_7d > 0
                    then {{ fivetran_logs.counted('failed_syncs_last_7d', 'sync') }} || ' failed in the last 7 days ('
                        || {{ fivetran_logs.percent('error_rate') }} || ')'
                        || case
                            when recurring_errors_7d > 0 then ', with ' || {{ fivetran_logs.recurring_errors('recurring_errors_7d', ' that ') }}
                            else ''
                        end || '.'
                when recurring_errors_7d > 0
                    then {{ fivetran_logs.recurring_errors('recurring_errors_7d', ' ') }} || ', although syncs succeed.'
                else 'Its health score is ' || cast(cast(floor(health_score) as {{ dbt.type_int() }}) as {{ dbt.type_string() }})
                    || ' of 100: see the parts of the score.'
            end
    end
{%- endmacro %}


{#- What to do where no error pattern says it. -#}
{% macro default_action() -%}
    case health_status
        when 'never_synced' then 'Finish the setup of the connection and start its first sync, or delete it.'
        when 'delayed' then 'See in Fivetran whether a sync is queued or stuck, and start one by hand.'
        when 'broken' then 'Open the failed sync in Fivetran and run the setup tests of the connection.'
        else 'Look at the errors and the duration trend of the connection.'
    end
{%- endmacro %}
