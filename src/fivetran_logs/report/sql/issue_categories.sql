with

issues as (

    select
        case when occurred_at > {{ days_7 }} then 1 else 0 end as is_last_7d,
        case when occurred_at > {{ days_14 }} and occurred_at <= {{ days_7 }} then 1 else 0 end as is_previous_7d,
        case when severity = 'SEVERE' then 1 else 0 end as is_error,
        error_category,
        error_fingerprint,
        connection_id,
        is_recurring_error
    from {{ ref('fct_fivetran_error_monitoring') }}
    where occurred_at > {{ days_30 }} and occurred_at <= {{ as_of_at }} and not is_echo

)

select
    error_category,
    sum(is_error * is_last_7d) as errors_last_7d,
    sum(is_error * is_previous_7d) as errors_previous_7d,
    sum(is_error) as errors_last_30d,
    sum(1 - is_error) as warnings_last_30d,
    count(distinct case when is_error = 1 then connection_id end) as connections_with_errors_last_30d,
    count(distinct case when is_recurring_error then error_fingerprint end) as recurring_fingerprints_last_30d
from issues
group by error_category
order by errors_last_7d desc, errors_last_30d desc, warnings_last_30d desc, error_category
