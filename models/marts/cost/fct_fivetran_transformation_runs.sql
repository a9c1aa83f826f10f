-- What the usage table counts and what the log tells, side by side. A job may be in one of them only: the log of an account that
-- orchestrates elsewhere, or a log that is gone; runs of a day that nobody can read stay, without a day and a price. The cost is the job's part of what the allocation of bills gives to transformations.

with

usage as (

    select
        {{ fivetran_logs.date_in_text('measured_date') }} as run_date,
        job_id,
        destination_id,
        job_name,
        upper(trim(project_type)) as project_type,
        model_runs,
        case when upper(trim(free_type)) = 'PAID' then model_runs else 0 end as paid_model_runs
    from {{ ref('stg_fivetran_log__transformation_runs') }}

),

charges as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}
    where charge_kind = 'transformation'

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

usage_days as (

    select
        usage.job_id,
        usage.run_date,
        max(usage.job_name) as job_name,
        max(usage.project_type) as project_type,
        max(usage.destination_id) as destination_id,
        {{ fivetran_logs.sum_rows('usage.model_runs') }} as model_runs,
        {{ fivetran_logs.sum_rows('usage.paid_model_runs') }} as paid_model_runs,
        sum(
            case
                when usage.paid_model_runs = 0 then 0
                else {{ fivetran_logs.part_by_weight('charges.allocated_cost_usd', 'usage.paid_model_runs', 'charges.units') }}
            end
        ) as cost_usd,
        max(case when usage.paid_model_runs > 0 and charges.allocated_cost_usd is null then 1 else 0 end) as is_without_price
    from usage
    left join charges
        on
            {{ fivetran_logs.month_of('usage.run_date') }} = charges.month_date
            and coalesce(usage.destination_id, '') = coalesce(charges.destination_id, '')
    where usage.run_date <= {{ fivetran_logs.as_of_date() }} or usage.run_date is null
    group by usage.job_id, usage.run_date

),

log_days as (

    select
        job_id,
        run_date,
        max(job_name) as job_name,
        max(project_type) as project_type,
        count(*) as runs,
        sum(1 - is_failed) as successful_runs,
        sum(is_failed) as failed_runs,
        sum(duration_seconds) as duration_seconds,
        {{ fivetran_logs.sum_rows('steps') }} as steps,
        {{ fivetran_logs.sum_rows('models_succeeded') }} as models_succeeded,
        {{ fivetran_logs.sum_rows('models_failed') }} as models_failed
    from {{ ref('int_fivetran_log__transformation_runs') }}
    group by job_id, run_date

),

days as (

    select job_id, run_date from usage_days
    {{ fivetran_logs.union_distinct() }}
    select job_id, run_date from log_days

)

select
    days.job_id,
    days.run_date,
    coalesce(usage_days.job_name, log_days.job_name) as job_name,
    coalesce(usage_days.project_type, log_days.project_type) as project_type,
    usage_days.destination_id,
    destinations.name as destination_name,
    usage_days.model_runs,
    usage_days.paid_model_runs,
    usage_days.model_runs - usage_days.paid_model_runs as free_model_runs,
    case when usage_days.is_without_price = 0 then cast(usage_days.cost_usd as {{ fivetran_logs.type_decimal() }}) end as cost_usd,
    cast(log_days.runs as {{ dbt.type_bigint() }}) as runs,
    cast(log_days.successful_runs as {{ dbt.type_bigint() }}) as successful_runs,
    cast(log_days.failed_runs as {{ dbt.type_bigint() }}) as failed_runs,
    {{ fivetran_logs.as_double('log_days.duration_seconds') }} as duration_seconds,
    log_days.steps,
    log_days.models_succeeded,
    log_days.models_failed
from days
left join usage_days
    on
        coalesce(days.job_id, '') = coalesce(usage_days.job_id, '')
        and (days.run_date = usage_days.run_date or days.run_date is null and usage_days.run_date is null)
left join log_days
    on
        coalesce(days.job_id, '') = coalesce(log_days.job_id, '')
        and (days.run_date = log_days.run_date or days.run_date is null and log_days.run_date is null)
left join destinations on usage_days.destination_id = destinations.id
