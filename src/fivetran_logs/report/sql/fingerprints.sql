with

issues as (

    select
        *,
        {{ dbt.hash("coalesce(error_fingerprint, '')") }} as fingerprint_id
    from {{ ref('fct_fivetran_error_monitoring') }}
    where occurred_at > {{ days_30 }} and occurred_at <= {{ as_of_at }} and not is_echo

),

fingerprints as (

    select
        fingerprint_id,
        min(severity) as severity,
        min(error_category) as error_category,
        min(error_type) as error_type,
        substring(max(error_message), 1, 600) as error_message,
        count(*) as occurrences_last_30d,
        sum(case when occurred_at > {{ days_7 }} then 1 else 0 end) as occurrences_last_7d,
        max(case when is_recurring_error then 1 else 0 end) as is_recurring,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(distinct connection_id) as connections_last_30d,
        max(affected_tables) as affected_tables,
        min(root_cause) as root_cause,
        min(suggested_action) as suggested_action
    from issues
    group by fingerprint_id

),

ranked as (

    select
        *,
        row_number() over (
            order by severity, is_recurring desc, occurrences_last_7d desc, occurrences_last_30d desc, fingerprint_id
        ) as place,
        count(*) over () as all_rows
    from fingerprints

)

select *
from ranked
where place <= 500
order by place
