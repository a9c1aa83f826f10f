with

outcomes as (

    select * from {{ ref('fivetran_check_outcomes') }}
    where is_failing

),

checks as (

    select * from {{ ref('fivetran_compliance_checks') }}
    where is_enabled

)

select
    {{ dbt.hash("outcomes.check_code || '|' || outcomes.object_id") }} as finding_id,
    {{ fivetran_logs.as_of_date() }} as check_date,
    outcomes.check_code,
    checks.check_name,
    checks.area,
    checks.object_kind,
    outcomes.object_id,
    outcomes.object_name,
    outcomes.problem,
    outcomes.excepted_until is not null as is_excepted,
    outcomes.excepted_until,
    outcomes.exception_reason,
    checks.recommendation,
    checks.documentation_url
from outcomes
inner join checks on outcomes.check_code = checks.check_code
