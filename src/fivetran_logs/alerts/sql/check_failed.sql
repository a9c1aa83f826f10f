with latest as (
    select max(check_date) as check_date
    from {{ ref('fct_fivetran_compliance_checks') }}
)
select
    'check_failed:' || checks.check_code as alert_key,
    'medium' as severity,
    true as is_open,
    cast(checks.first_failed_on as {{ fivetran_logs.type_utc_timestamp() }}) as since,
    'checks' as cause,
    checks.check_name || coalesce(': ' || checks.evidence, '') as what,
    checks.supports as supported_controls,
    coalesce(checks.recommendation || ' ', '') || 'See what fails: fivetran-logs query compliance_findings' as next_step
from {{ ref('fct_fivetran_compliance_checks') }} as checks
inner join latest on checks.check_date = latest.check_date
where checks.result = 'fail'
order by alert_key
