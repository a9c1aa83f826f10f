-- Score and status of each connection on each report day, from what lay behind it then.

with

windows as (

    select * from {{ ref('int_fivetran_log__expected_gaps') }}

),

measured as (

    select
        *,
        {{ fivetran_logs.success_rate('successful_syncs_7d', 'failed_syncs_7d') }} as success_rate_last_7d,
        {{ fivetran_logs.success_rate('successful_syncs_30d', 'failed_syncs_30d') }} as success_rate_last_30d,
        -- what happens after the log's end is unknown; a clock that runs ahead makes nothing negative
        case
            when last_success_at > judged_at then 0.0
            else {{ fivetran_logs.seconds_between('last_success_at', 'judged_at') }} / 3600.0
        end as hours_since_last_success,
        -- a connection that never succeeded has been waited for since it was set up
        {{ fivetran_logs.seconds_between('coalesce(last_success_at, set_up_at, first_sync_at)', 'judged_at') }} / 3600.0
            as hours_waiting,
        expected_gap_minutes / 60.0 as delay_threshold_hours,
        -- a schedule says when the next success is due; a habit or an owner says only when it is late
        case when expected_gap_source = 'schedule' then sync_frequency_minutes / 60.0 end as frequency_hours,
        case when expected_gap_source = 'schedule' then {{ var('fivetran_logs_freshness_slack_hours') }} else 0 end as slack_hours,
        {{ fivetran_logs.steady('duration_ratio_7d / nullif(duration_ratios_7d, 0)') }} as mean_duration_ratio_7d,
        last_completed_at is null as is_never_synced,
        coalesce(last_failure_at > coalesce(last_success_at, cast('0001-01-01' as {{ fivetran_logs.type_utc_timestamp() }})), false)
            as is_broken
    from windows

),

judged as (

    select
        *,
        not is_deleted and not is_paused and not is_never_synced as is_scored,
        coalesce(not is_deleted and not is_paused and not is_never_synced and hours_waiting > delay_threshold_hours, false)
            as is_delayed
    from measured

),

scored as (

    select
        *,
        case when is_scored then 100.0 * coalesce(success_rate_last_7d, success_rate_last_30d) end as reliability_score,
        case
            when is_scored and (last_success_at is not null or last_failure_at is not null)
                then {{ fivetran_logs.score_between(
                    'hours_waiting',
                    'coalesce(frequency_hours, delay_threshold_hours) + slack_hours',
                    'greatest(' ~ var('fivetran_logs_freshness_zero_multiple')
                    ~ ' * delay_threshold_hours, coalesce(frequency_hours, delay_threshold_hours) + slack_hours + 2)'
                ) }}
        end as freshness_score,
        case
            when is_scored and successful_syncs_30d + failed_syncs_30d > 0
                then greatest(
                    0.0,
                    100.0
                    - {{ var('fivetran_logs_stability_incident_penalty') }} * incidents_30d
                    - {{ var('fivetran_logs_stability_breaking_change_penalty') }} * breaking_changes_30d
                )
        end as stability_score,
        case
            when is_scored and mean_duration_ratio_7d is not null
                then {{ fivetran_logs.score_between(
                    'mean_duration_ratio_7d',
                    var('fivetran_logs_performance_ratio_good'),
                    var('fivetran_logs_performance_ratio_bad')
                ) }}
        end as performance_score
    from judged

),

weighed as (

    select
        *,
        {{ fivetran_logs.weighted_score(['reliability', 'freshness', 'stability', 'performance']) }} as health_score
    from scored

)

select
    *,
    {{ fivetran_logs.health_status() }} as health_status
from weighed
