select
    scope_type,
    scope,
    month_date,
    unit,
    budget,
    spent_to_date,
    projected,
    low as projected_low,
    high as projected_high,
    variance,
    status,
    exhausted_on,
    note
from {{ ref('fct_fivetran_budget_status') }}
where month_date = {{ this_month }}
order by
    case status when 'over' then 1 when 'at_risk' then 2 when 'within' then 3 else 4 end,
    case scope_type when 'account' then 1 when 'destination' then 2 when 'team' then 3 else 4 end,
    scope,
    unit
