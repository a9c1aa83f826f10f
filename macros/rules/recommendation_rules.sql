{#- The rules in models/marts/recommendations/rules, since dbt cannot list files. Written by `make docs`: edit the SQL file or the seed row instead. -#}
{% macro recommendation_rules() %}
    {{- return([
        'breaking_schema_changes',
        'broken_credentials',
        'failed_setup_tests',
        'forgotten_paused',
        'mar_spike',
        'never_synced',
        'over_synced_idle',
        'rate_limited',
        'recurring_warnings',
        'repeated_failures',
        'repeated_resyncs',
        'slow_syncs',
        'stale_connection',
        'tables_never_changing',
        'unowned_connection',
    ]) -}}
{% endmacro %}
