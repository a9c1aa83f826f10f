with

judged as (

    select
        *,
        min(case when result in ('pass', 'fail') then check_date end) over (partition by check_code) as first_judged_on
    from {{ ref('fct_fivetran_compliance_checks') }}

)

select
    check_code,
    check_name,
    area,
    result,
    coalesce(evidence, reason) as evidence,
    objects_looked_at,
    objects_failed,
    objects_excepted,
    first_failed_on,
    coalesce(first_failed_on > {{ week_before }} and first_failed_on > first_judged_on, false) as began_to_fail_last_7d,
    threshold,
    supports,
    recommendation,
    documentation_url
from judged
where check_date = {{ as_of_date }}
order by case result when 'fail' then 1 when 'not_assessable' then 2 else 3 end, first_failed_on, objects_failed desc, check_code
