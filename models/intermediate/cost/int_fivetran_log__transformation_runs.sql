{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The runs of transformations as the log tells their ends. Older accounts name the events, and the job in them, after dbt.

with

events as (

    select
        event_key,
        message_event,
        occurred_at,
        subject_id,
        {{ fivetran_logs.json_document('details', ['name', 'dbt_job_id', 'dbt_job_name', 'transformation_type', 'start_time', 'end_time', 'result']) }} as document
    from {{ ref('int_fivetran_log__events') }}
    where
        message_event in ('transformation_succeeded', 'transformation_failed', 'dbt_run_succeeded', 'dbt_run_failed')
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

read as (

    select
        event_key,
        message_event,
        occurred_at,
        coalesce(subject_id, {{ fivetran_logs.json_field('document', 'dbt_job_id') }}) as job_id,
        coalesce({{ fivetran_logs.json_field('document', 'name') }}, {{ fivetran_logs.json_field('document', 'dbt_job_name') }}) as job_name,
        upper({{ fivetran_logs.json_field('document', 'transformation_type') }}) as project_type,
        {{ fivetran_logs.json_field('document', 'start_time') }} as start_time,
        {{ fivetran_logs.json_field('document', 'end_time') }} as end_time,
        {{ fivetran_logs.json_field('document', 'result') }} as result
    from events

),

results as (

    select
        *,
        {{ fivetran_logs.json_document('result', ['step_results']) }} as document
    from read

),

listed as (

    select
        event_key,
        message_event,
        occurred_at,
        job_id,
        job_name,
        project_type,
        {{ fivetran_logs.time_in_text('start_time') }} as started_at,
        coalesce({{ fivetran_logs.time_in_text('end_time') }}, occurred_at) as ended_at,
        {{ fivetran_logs.json_field('document', 'step_results') }} as step_results
    from results

),

elements as (

    {{ fivetran_logs.with_json_elements('listed', 'step_results', 'element') }}

),

steps as (

    select
        *,
        {{ fivetran_logs.json_document('element', ['successful_model_runs', 'failed_model_runs']) }} as document
    from elements

)

select
    event_key,
    max(job_id) as job_id,
    max(job_name) as job_name,
    max(project_type) as project_type,
    cast(max(occurred_at) as date) as run_date,
    max(case when message_event in ('transformation_failed', 'dbt_run_failed') then 1 else 0 end) as is_failed,
    {{ fivetran_logs.seconds_between('max(started_at)', 'max(ended_at)') }} as duration_seconds,
    count(element) as steps,
    {{ fivetran_logs.sum_rows(fivetran_logs.try_cast(fivetran_logs.json_field('document', 'successful_model_runs'), dbt.type_bigint())) }} as models_succeeded,
    {{ fivetran_logs.sum_rows(fivetran_logs.try_cast(fivetran_logs.json_field('document', 'failed_model_runs'), dbt.type_bigint())) }} as models_failed
from steps
group by event_key
