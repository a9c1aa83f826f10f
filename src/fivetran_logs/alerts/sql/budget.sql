select
    'budget:' || budget_key as alert_key,
    case when status = 'over' then 'high' else 'medium' end as severity,
    true as is_open,
    cast(case when spent_to_date >= budget then exhausted_on end as {{ fivetran_logs.type_utc_timestamp() }}) as since,
    case when scope_type = 'connection' then scope end as connection_name,
    case when scope_type = 'destination' then scope end as destination_name,
    case when scope_type = 'team' then scope end as team,
    'budget' as cause,
    'The budget of ' || coalesce(scope, 'the account') || case when unit = 'usd' then '' else ' in paid rows' end
    || case
        when spent_to_date >= budget then ' is spent.'
        when status = 'over' then ' will not last the month.'
        else ' may not last the month.'
    end as what,
    case when unit = 'usd' then budget end as budget_usd,
    case when unit = 'usd' then spent_to_date end as spent_usd,
    case when unit = 'usd' then projected end as projected_usd,
    case when unit <> 'usd' then budget end as budget_of_rows,
    case when unit <> 'usd' then spent_to_date end as paid_rows_so_far,
    case when unit <> 'usd' then projected end as projected_paid_rows,
    exhausted_on as used_up_on,
    coalesce(note || ' ', '') || 'See what drives it: fivetran-logs query mar_cost_drivers_this_month' as next_step
from {{ ref('fct_fivetran_budget_status') }}
where status in ('at_risk', 'over')
    and month_date = {{ fivetran_logs.month_of('cast(' ~ fivetran_logs.as_of() ~ ' as date)') }}
order by alert_key
