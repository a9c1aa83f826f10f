select
    month_date,
    dimension,
    case when dimension = 'connection' then dimension_id end as connection,
    case when dimension = 'team' then dimension_id end as team,
    case when dimension = 'connector_type' then dimension_id end as connector_name,
    connections,
    freshness_target,
    achieved,
    is_met,
    minutes_stale,
    error_budget_minutes,
    error_budget_left_minutes,
    incidents,
    mean_hours_to_recover,
    mean_hours_between_failures
from {{ ref('fct_fivetran_service_levels') }}
order by
    case dimension when 'account' then 1 when 'team' then 2 when 'connector_type' then 3 else 4 end,
    month_date desc,
    -- what misses its target by most comes first
    error_budget_left_minutes,
    dimension_id
