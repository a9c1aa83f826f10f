"""The thresholds the truth is worked out with: the defaults of dbt_project.yml, written down a second time.

The simulation itself knows none of them. tests/simulator/test_truth_apart.py compares them with dbt_project.yml.
"""

RUNNING_HOURS = 24
DELAY_MULTIPLE, DELAY_MINIMUM_HOURS, DELAY_DEFAULT_HOURS = 3, 1, 24
DEGRADED_RATE, DEGRADED_SCORE = 0.95, 80
REPORT_DAYS = 90
BASELINE_DAYS = 30
ANOMALY_RATIO, ANOMALY_SYNCS, ANOMALY_SECONDS = 3, 5, 60
WEIGHTS = {"reliability_score": 0.40, "freshness_score": 0.30, "stability_score": 0.15, "performance_score": 0.15}
SLACK_HOURS, ZERO_MULTIPLE = 1, 2
INCIDENT_PENALTY, CHANGE_PENALTY = 10, 5
RATIO_GOOD, RATIO_BAD = 1.25, 4
USUAL_SHARE = 0.5
PAID_ROWS, TRIAL_ROWS, CHANGED_ROWS, SYNCS_PER_RUN = 10_000, 1_000, 50_000, 12  # of recommendation rules
SESSION_MINUTES, MASS_DELETIONS, HABIT_DAYS, USUAL_HOURS, UNUSUAL_SHARE, FIRST_TIME_DAYS = 60, 5, 10, 2, 0.02, 30

VARIABLES = {
    "running_hours": RUNNING_HOURS,
    "delay_multiple": DELAY_MULTIPLE,
    "delay_minimum_hours": DELAY_MINIMUM_HOURS,
    "delay_default_hours": DELAY_DEFAULT_HOURS,
    "degraded_success_rate": DEGRADED_RATE,
    "degraded_health_score": DEGRADED_SCORE,
    "report_days": REPORT_DAYS,
    "baseline_days": BASELINE_DAYS,
    "anomaly_ratio": ANOMALY_RATIO,
    "anomaly_minimum_syncs": ANOMALY_SYNCS,
    "anomaly_minimum_seconds": ANOMALY_SECONDS,
    "weight_reliability": WEIGHTS["reliability_score"],
    "weight_freshness": WEIGHTS["freshness_score"],
    "weight_stability": WEIGHTS["stability_score"],
    "weight_performance": WEIGHTS["performance_score"],
    "freshness_slack_hours": SLACK_HOURS,
    "freshness_zero_multiple": ZERO_MULTIPLE,
    "stability_incident_penalty": INCIDENT_PENALTY,
    "stability_breaking_change_penalty": CHANGE_PENALTY,
    "performance_ratio_good": RATIO_GOOD,
    "performance_ratio_bad": RATIO_BAD,
    "usual_table_share": USUAL_SHARE,
    "rule_unread_paid_rows": PAID_ROWS,
    "rule_paid_resync_rows": PAID_ROWS,
    "rule_keyless_paid_rows": PAID_ROWS,
    "rule_unread_trial_rows": TRIAL_ROWS,
    "rule_kept_deleted_rows": CHANGED_ROWS,
    "rule_history_updates": CHANGED_ROWS,
    "rule_syncs_per_run": SYNCS_PER_RUN,
    "session_minutes": SESSION_MINUTES,
    "mass_deletions": MASS_DELETIONS,
    "habit_action_days": HABIT_DAYS,
    "usual_hours": USUAL_HOURS,
    "unusual_hour_share": UNUSUAL_SHARE,
    "first_time_days": FIRST_TIME_DAYS,
}
"""dbt variable, without `fivetran_logs_`, to the value the truth takes."""
FEWEST_OF_WAVE = 3  # connections
