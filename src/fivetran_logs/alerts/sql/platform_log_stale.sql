select
    'platform_log_stale:' || platform_schema as alert_key,
    'high' as severity,
    true as is_open,
    known_until_at as since,
    platform_schema as cause,
    platform_schema,
    'The log of ' || platform_schema || ' is late itself: what happened since is unknown.' as what,
    hours_behind,
    expected_gap_minutes,
    connections,
    'See whether the Platform connection still syncs.' as next_step
from {{ ref('fct_fivetran_platform_freshness') }}
where is_late
order by alert_key
