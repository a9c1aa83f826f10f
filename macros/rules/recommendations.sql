{#- The recommendation rules: which connections each fits, with the figures as evidence. Words, priority and effort are in the seed
    fivetran_recommendation_rules; thresholds are the variables fivetran_logs_rule_*. A new rule is one entry here and one there.

    when      condition over the columns of fct_fivetran_connector_recommendations' CTE `connections`
    evidence  text expression
    savings   US dollars a month, where they can be told
    of        `connections` for paused ones too; the active ones unless said -#}
{% macro recommendation_rules() %}
{%- set rules = {
    'broken_credentials': {
        'when': "health_status = 'broken' and top_error_category in ('authentication', 'permission')",
        'evidence': fivetran_logs.last_syncs('consecutive_failures') ~ " || ' failed; the most frequent error is one of '
            || top_error_category || '.'",
    },
    'repeated_failures': {
        'when': "failed_syncs_last_7d >= " ~ var('fivetran_logs_rule_repeated_failures_syncs')
            ~ " and failed_syncs_last_7d >= " ~ var('fivetran_logs_rule_repeated_failures_rate')
            ~ " * (successful_syncs_last_7d + failed_syncs_last_7d)",
        'evidence': fivetran_logs.counted('failed_syncs_last_7d', 'sync') ~ " || ' of '
            || cast(successful_syncs_last_7d + failed_syncs_last_7d as " ~ dbt.type_string() ~ ") || ' failed in the last 7 days.'",
    },
    'stale_connection': {
        'when': "health_status = 'delayed'",
        'evidence': "coalesce('The last success was ' || " ~ fivetran_logs.spoken_hours('hours_since_last_success')
            ~ " || ' ago', 'No sync has ever succeeded') || coalesce('; a sync is due every ' || "
            ~ fivetran_logs.spoken_frequency('sync_frequency_minutes') ~ ", '') || '.'",
    },
    'slow_syncs': {
        'when': "mean_duration_ratio_last_7d >= " ~ var('fivetran_logs_rule_slow_ratio'),
        'evidence': "'Syncs of the last 7 days took ' || cast(round(cast(mean_duration_ratio_last_7d as " ~ fivetran_logs.type_decimal()
            ~ "), 1) as " ~ dbt.type_string() ~ ") || ' times their 30-day median on average.'",
    },
    'over_synced_idle': {
        'when': "sync_frequency_minutes < " ~ var('fivetran_logs_rule_idle_frequency_minutes')
            ~ " and successful_syncs_7d >= " ~ var('fivetran_logs_rule_idle_minimum_syncs')
            ~ " and idle_syncs_7d >= " ~ var('fivetran_logs_rule_idle_share') ~ " * successful_syncs_7d",
        'evidence': "cast(idle_syncs_7d as " ~ dbt.type_string() ~ ") || ' of ' || " ~ fivetran_logs.counted('successful_syncs_7d', 'sync')
            ~ " || ' in the last 7 days changed no row; it syncs every ' || " ~ fivetran_logs.spoken_frequency('sync_frequency_minutes') ~ " || '.'",
    },
    'forgotten_paused': {
        'of': 'connections',
        'when': "is_paused and coalesce(paused_at, last_sync_at, set_up_at) <= " ~ fivetran_logs.days_ago(var('fivetran_logs_rule_paused_days')),
        'evidence': "'Paused since ' || cast(cast(coalesce(paused_at, last_sync_at, set_up_at) as date) as " ~ dbt.type_string() ~ ") || '.'",
    },
    'never_synced': {
        'when': "health_status = 'never_synced' and coalesce(set_up_at, last_sync_at) <= " ~ fivetran_logs.days_ago(var('fivetran_logs_rule_never_synced_days')),
        'evidence': "'Set up' || coalesce(' on ' || cast(cast(set_up_at as date) as " ~ dbt.type_string() ~ "), '') || ', and no sync has completed since.'",
    },
    'mar_spike': {
        'when': "paid_last_month > 0 and paid_this_month >= " ~ var('fivetran_logs_rule_mar_spike_ratio') ~ " * paid_last_month"
            ~ " and paid_this_month - paid_last_month >= " ~ var('fivetran_logs_rule_mar_spike_minimum_rows'),
        'evidence': fivetran_logs.spoken_rows('paid_this_month') ~ " || ' paid rows this month so far, ' || "
            ~ fivetran_logs.spoken_rows('paid_last_month') ~ " || ' in the whole last month.'",
        'savings': "cost_this_month * (1 - cast(paid_last_month as " ~ fivetran_logs.type_decimal() ~ ") / paid_this_month)",
    },
    'repeated_resyncs': {
        'when': "forced_resyncs_30d >= " ~ var('fivetran_logs_rule_resyncs'),
        'evidence': "'Fivetran forced ' || " ~ fivetran_logs.counted('forced_resyncs_30d', 're-sync') ~ " || ' in the last 30 days.'",
    },
    'rate_limited': {
        'when': "rate_limit_events_7d >= " ~ var('fivetran_logs_rule_rate_limit_events'),
        'evidence': "'The source limited the rate ' || " ~ fivetran_logs.counted('rate_limit_events_7d', 'time') ~ " || ' in the last 7 days.'",
    },
    'breaking_schema_changes': {
        'when': "breaking_changes_30d >= " ~ var('fivetran_logs_rule_breaking_schema_changes'),
        'evidence': fivetran_logs.counted('breaking_changes_30d', 'breaking schema change') ~ " || ' in the last 30 days.'",
    },
    'recurring_warnings': {
        'when': "recurring_warning_7d >= " ~ var('fivetran_logs_rule_recurring_warnings'),
        'evidence': "'One warning came ' || " ~ fivetran_logs.counted('recurring_warning_7d', 'time') ~ " || ' in the last 7 days.'",
    },
    'unowned_connection': {
        'when': "not has_owner and (select owners from any_owner) > 0",
        'evidence': "'No entry in the seed of owners names it.'",
    },
    'failed_setup_tests': {
        'when': "last_setup_failure_at is not null"
            ~ " and not coalesce(last_setup_success_at >= last_setup_failure_at or last_successful_sync_at >= last_setup_failure_at, false)",
        'evidence': "'Its setup tests failed on ' || cast(cast(last_setup_failure_at as date) as " ~ dbt.type_string() ~ ") || ' and have not passed since.'",
    },
    'tables_never_changing': {
        'when': "unchanged_tables_30d >= " ~ var('fivetran_logs_rule_unchanged_tables'),
        'evidence': "cast(unchanged_tables_30d as " ~ dbt.type_string() ~ ") || ' of ' || " ~ fivetran_logs.counted('tables_30d', 'table')
            ~ " || ' written in the last 30 days never changed a row.'",
    },
} %}
    {{- return(rules) -}}
{% endmacro %}
