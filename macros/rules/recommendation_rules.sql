{#- The rules in models/marts/recommendations/rules, since dbt cannot list files, and their thresholds. Written by `make docs`: edit the SQL file or the seed row instead. -#}
{% macro recommendation_rules() %}
    {{- return({
        'breaking_schema_changes': ['fivetran_logs_rule_breaking_schema_changes'],
        'broken_credentials': [],
        'failed_setup_tests': [],
        'forgotten_paused': ['fivetran_logs_rule_paused_days'],
        'mar_spike': ['fivetran_logs_rule_mar_spike_ratio', 'fivetran_logs_rule_mar_spike_minimum_rows'],
        'never_synced': ['fivetran_logs_rule_never_synced_days'],
        'over_synced_idle': ['fivetran_logs_rule_idle_frequency_minutes', 'fivetran_logs_rule_idle_minimum_syncs', 'fivetran_logs_rule_idle_share'],
        'rate_limited': ['fivetran_logs_rule_rate_limit_events'],
        'recurring_warnings': ['fivetran_logs_rule_recurring_warnings'],
        'repeated_failures': ['fivetran_logs_rule_repeated_failures_syncs', 'fivetran_logs_rule_repeated_failures_rate'],
        'repeated_resyncs': ['fivetran_logs_rule_resyncs'],
        'slow_syncs': ['fivetran_logs_rule_slow_ratio'],
        'stale_connection': [],
        'tables_never_changing': ['fivetran_logs_rule_unchanged_tables'],
        'unowned_connection': [],
    }) -}}
{% endmacro %}
