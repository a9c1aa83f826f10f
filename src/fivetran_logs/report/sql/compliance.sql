with

-- a check that fails since the first day on which it was judged did not begin to fail that day
judged as (

    select
        *,
        min(case when result in ('pass', 'fail') then check_date end) over (partition by check_code) as first_judged_on
    from {{ ref('fct_fivetran_compliance_checks') }}

)

select
    count(distinct check_date) as judged_days,
    min(check_date) as first_judged_on,
    max(check_date) as last_judged_on,
    sum(case when check_date = {{ as_of_date }} then 1 else 0 end) as checks,
    sum(case when check_date = {{ as_of_date }} and result = 'pass' then 1 else 0 end) as checks_passed,
    sum(case when check_date = {{ as_of_date }} and result = 'fail' then 1 else 0 end) as checks_failed,
    sum(case when check_date = {{ as_of_date }} and result = 'not_assessable' then 1 else 0 end) as checks_not_assessable,
    sum(case when check_date = {{ as_of_date }} then objects_failed else 0 end) as objects_failed,
    sum(case when check_date = {{ as_of_date }} then objects_excepted else 0 end) as objects_excepted,
    min(case when check_date = {{ as_of_date }} then first_failed_on end) as first_failed_on,
    sum(case when check_date = {{ as_of_date }} and first_failed_on > {{ week_before }} and first_failed_on > first_judged_on then 1 else 0 end)
        as checks_began_to_fail_last_7d
from judged
where check_date <= {{ as_of_date }}
