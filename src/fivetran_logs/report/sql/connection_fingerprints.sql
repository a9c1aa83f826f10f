with

issues as (

    select
        connection_id,
        {{ dbt.hash("coalesce(error_fingerprint, '')") }} as fingerprint_id,
        count(*) as occurrences_last_30d,
        sum(case when occurred_at > {{ days_7 }} then 1 else 0 end) as occurrences_last_7d,
        max(case when is_recurring_error then 1 else 0 end) as is_recurring,
        max(occurred_at) as last_seen_at
    from {{ ref('fct_fivetran_error_monitoring') }}
    where occurred_at > {{ days_30 }} and occurred_at <= {{ as_of_at }} and not is_echo
        and connection_id is not null
    group by connection_id, {{ dbt.hash("coalesce(error_fingerprint, '')") }}

),

ranked as (

    select
        *,
        row_number() over (order by occurrences_last_7d desc, occurrences_last_30d desc, connection_id, fingerprint_id) as place,
        count(*) over () as all_rows
    from issues

)

select
    connection_id as connection,
    fingerprint_id as fingerprint,
    occurrences_last_30d,
    occurrences_last_7d,
    is_recurring,
    last_seen_at,
    all_rows
from ranked
where place <= 5000
order by place
