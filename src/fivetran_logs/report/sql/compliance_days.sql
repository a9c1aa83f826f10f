select
    {{ dbt.datediff('check_date', as_of_date, 'day') }} as days_ago,
    sum(case when result = 'fail' then 1 else 0 end) as checks_failed,
    sum(case when result = 'not_assessable' then 1 else 0 end) as checks_not_assessable,
    sum(case when result = 'pass' then 1 else 0 end) as checks_passed
from {{ ref('fct_fivetran_compliance_checks') }}
where check_date > {{ first_day }} and check_date <= {{ as_of_date }}
group by 1
order by 1 desc
