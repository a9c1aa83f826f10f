{#- The checks in models/marts/governance/rules, since dbt cannot list files, and their thresholds. Written by `make docs`: edit the SQL file or the seed row instead. -#}
{% macro compliance_checks() %}
    {{- return({
        'access_changed_by_another': ['fivetran_logs_check_days'],
        'api_secrets_known': ['fivetran_logs_check_days', 'fivetran_logs_check_secret_owners'],
        'breaking_changes_answered': ['fivetran_logs_check_answer_days', 'fivetran_logs_check_days'],
        'capacity_suffices': ['fivetran_logs_check_rescheduled_share', 'fivetran_logs_check_minimum_syncs'],
        'changes_by_code': ['fivetran_logs_check_production', 'fivetran_logs_check_days', 'fivetran_logs_check_share_by_code'],
        'changes_have_an_actor': ['fivetran_logs_check_days'],
        'connections_of_departed_users': [],
        'data_of_deleted_connections': [],
        'destructive_actions_traced': ['fivetran_logs_check_trace_days'],
        'evidence_kept': ['fivetran_logs_check_retention_days'],
        'incidents_answered': ['fivetran_logs_check_incident_hours', 'fivetran_logs_check_production'],
        'inventory_has_owner': [],
        'monitoring_alive': [],
        'off_hours_changes': ['fivetran_logs_check_work_begins', 'fivetran_logs_check_work_ends', 'fivetran_logs_check_production', 'fivetran_logs_check_days'],
        'personal_columns_known': ['fivetran_logs_check_personal_columns'],
        'region_of_processing': ['fivetran_logs_check_regions'],
        'secrets_in_errors': ['fivetran_logs_check_secret_texts', 'fivetran_logs_check_days'],
        'test_before_production': ['fivetran_logs_check_production', 'fivetran_logs_check_days'],
    }) -}}
{% endmacro %}
