select
    'budget:' || budget_key as alert_key,
    case when status = 'over' then 'high' else 'medium' end as severity,
    true as is_open,
    cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as since,
    case when scope_type = 'connection' then scope end as connection_name,
    case when scope_type = 'destination' then scope end as destination_name,
    case when scope_type = 'team' then scope end as team,
    'budget' as cause,
    'The budget of ' || coalesce(scope, 'the account')
    || case
        when spent_to_date >= budget then ' is spent.'
        when status = 'over' then ' will not last the month.'
        else ' may not last the month.'
    end as what,
    unit,
    budget,
    spent_to_date,
    projected,
    exhausted_on,
    note as next_step
from {{ ref('fct_fivetran_budget_status') }}
where status in ('at_risk', 'over')
    and month_date = {{ fivetran_logs.month_of('cast(' ~ fivetran_logs.as_of() ~ ' as date)') }}
order by alert_key
