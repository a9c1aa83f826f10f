select
    connection_id as connection,
    {{ dbt.datediff('error_date', as_of_date, 'day') }} as days_ago,
    sum(case when severity = 'SEVERE' then 1 else 0 end) as errors,
    sum(case when severity = 'WARNING' then 1 else 0 end) as warnings
from {{ ref('fct_fivetran_error_monitoring') }}
where error_date > {{ first_day }} and error_date <= {{ as_of_date }} and not is_echo
    and connection_id is not null
group by connection_id, error_date
order by connection_id, error_date
