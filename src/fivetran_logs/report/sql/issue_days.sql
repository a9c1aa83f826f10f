select
    {{ dbt.datediff('error_date', as_of_date, 'day') }} as days_ago,
    error_category,
    severity,
    count(*) as issues
from {{ ref('fct_fivetran_error_monitoring') }}
where error_date > {{ first_day }} and error_date <= {{ as_of_date }} and not is_echo
group by error_date, error_category, severity
order by error_date, error_category, severity
