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
    threshold,
    supports,
    recommendation,
    documentation_url
from {{ ref('fct_fivetran_compliance_checks') }}
where check_date = {{ as_of_date }}
order by case result when 'fail' then 1 when 'not_assessable' then 2 else 3 end, first_failed_on, objects_failed desc, check_code
