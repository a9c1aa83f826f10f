{#- How bad a problem is, from 0 to 100: half of what the health score lost, and more for what cannot wait. -#}
{% macro problem_score() -%}
    least(
        100.0,
        0.5 * (100.0 - coalesce(health_score, 50.0))
        + case health_status when 'broken' then 40.0 when 'delayed' then 30.0 when 'never_synced' then 10.0 else 0.0 end
        + least(10.0, 2.0 * consecutive_failures)
        + least(10.0, 5.0 * recurring_errors_last_7d)
    )
{%- endmacro %}


{#- The urgency, from 1 (low) to 4 (critical), that a problem has at least, whatever its score: what is broken brings no data, and who fails
    a quarter of its syncs will. -#}
{% macro least_step() -%}
    case
        when health_status = 'broken' then 3
        when error_rate >= {{ var('fivetran_logs_problem_medium_error_rate') }} then 2
        else 1
    end
{%- endmacro %}


{#- The rules about a connection's problem itself: their priority is its severity. -#}
{% macro problem_rules() -%}
    'broken_credentials', 'repeated_failures', 'stale_connection', 'never_synced', 'failed_setup_tests'
{%- endmacro %}


{#- What a recommendation comes from, as the connection's figures show it: recommendations of one connection that agree in it are one. The
    rules with a common cause in the seed look at the same thing, at the same time or not:

    sync_trouble    no_success        no sync has succeeded since the failures, or the failed setup tests, began
                    rate_limit        the same, or warnings, because the source limits the rate
                    resync            re-syncs that Fivetran forced, the warnings that report them, the rows that were paid for them,
                                      and a jump in paid rows that is half of their making
                    earlier_failure   failures of the last 7 days that a success has followed
    unchanged_data  unchanged_data    no table of the connection changes
                    sync_frequency    some do, but it syncs more often than they change or are used

    Null: nothing shows a common cause. A cause that only the seed knows is shared by all its recommendations. -#}
{% macro cause_of_recommendation() -%}
    case
        when rules.cause = 'unchanged_data' and inputs.unchanged_tables_last_30d < inputs.tables_last_30d
            then case when matches.rule_code <> 'tables_never_changing' then 'sync_frequency' end
        when rules.cause <> 'sync_trouble' then rules.cause
        when matches.rule_code = 'mar_spike'
            then case when 2 * inputs.resynced_paid_rows >= inputs.paid_rows_this_month - inputs.paid_rows_last_month then 'resync' end
        when matches.rule_code = 'rate_limited' then 'rate_limit'
        when matches.rule_code in ('repeated_resyncs', 'paid_resyncs') then 'resync'
        when matches.rule_code = 'recurring_warnings' then
            case
                when inputs.recurring_warning_category = 'rate_limit' then 'rate_limit'
                when inputs.recurring_warning_event in ('forced_resync_connector', 'forced_resync_table') then 'resync'
            end
        when inputs.top_error_category = 'rate_limit' and (inputs.consecutive_failures > 0 or matches.rule_code = 'repeated_failures')
            then 'rate_limit'
        when matches.rule_code = 'repeated_failures' and inputs.consecutive_failures = 0 then 'earlier_failure'
        when rules.cause is not null then 'no_success'
    end
{%- endmacro %}


{#- One sentence a person can act on. -#}
{% macro problem_summary() -%}
    case health_status
        when 'broken'
            then {{ fivetran_logs.last_syncs_in_words('consecutive_failures') }} || ' failed'
                || coalesce(' (' || replace(nullif(top_error_category, 'other'), '_', ' ') || ')', '')
                || coalesce('; the last success was ' || {{ fivetran_logs.hours_in_words('hours_since_last_success') }} || ' ago', '; none ever succeeded')
                || '.'
        when 'delayed'
            then coalesce('No sync has succeeded for ' || {{ fivetran_logs.hours_in_words('hours_since_last_success') }}, 'No sync has ever succeeded')
                || ', though one is due every '
                || coalesce({{ fivetran_logs.frequency_in_words('sync_frequency_minutes') }}, 'day')
                || coalesce({{ fivetran_logs.unended_in_words() }}, '') || '.'
        when 'never_synced'
            then 'It has never completed a sync since it was set up'
                || coalesce(' on ' || cast(cast(set_up_at as date) as {{ dbt.type_string() }}), '')
                || coalesce({{ fivetran_logs.unended_in_words() }}, '') || '.'
        else
            case
                when failed_syncs_last_7d > 0
                    then {{ fivetran_logs.counted('failed_syncs_last_7d', 'sync') }} || ' failed in the last 7 days ('
                        || {{ fivetran_logs.percent_in_words('error_rate') }} || ')'
                        || case
                            when recurring_errors_last_7d > 0 then ', with ' || {{ fivetran_logs.recurring_errors_in_words('recurring_errors_last_7d', ' that ') }}
                            else ''
                        end || '.'
                when recurring_errors_last_7d > 0
                    then {{ fivetran_logs.recurring_errors_in_words('recurring_errors_last_7d', ' ') }} || ', although syncs succeed.'
                else 'Its health score is ' || cast(cast(floor(health_score) as {{ dbt.type_int() }}) as {{ dbt.type_string() }})
                    || ' of 100: see the parts of the score.'
            end
    end
{%- endmacro %}


{#- That the latest sync has no end yet: a historical sync can take days, and nothing is wrong while it does. Null if it has one. -#}
{% macro unended_in_words() -%}
    '; the latest began ' || {{ fivetran_logs.hours_in_words('hours_since_unended_start') }} || ' ago and has not ended'
{%- endmacro %}


{#- What to do where no error pattern says it. -#}
{% macro default_action() -%}
    case health_status
        when 'never_synced'
            then case
                when hours_since_unended_start is not null
                    then 'See in Fivetran whether its first sync makes progress: a historical sync can take days.'
                else 'Finish the setup of the connection and start its first sync, or delete it.'
            end
        when 'delayed' then 'See in Fivetran whether a sync is queued or stuck, and start one by hand.'
        when 'broken' then 'Open the failed sync in Fivetran and run the setup tests of the connection.'
        else 'Look at the errors and the duration trend of the connection.'
    end
{%- endmacro %}


{#- Place of a severity or priority in order, the most urgent first. -#}
{% macro urgency_rank(urgency) -%}
    case {{ urgency }} when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end
{%- endmacro %}
