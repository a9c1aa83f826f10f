{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Names of the resources whose ids are in the audit trail. If an id has several names (jobs are renamed), one of them is used.

with

resources as (

    select 'ACCOUNT' as resource_type, id as resource_id, name as resource_name from {{ ref('stg_fivetran_log__account') }}
    union all
    select 'DESTINATION', id, name from {{ ref('stg_fivetran_log__destination') }}
    union all
    select 'CONNECTION', connection_id, connection_name from {{ ref('int_fivetran_log__connections') }}
    union all
    select 'TEAM', id, name from {{ ref('stg_fivetran_log__team') }}
    union all
    select 'ROLE', id, name from {{ ref('stg_fivetran_log__role') }}
    union all
    select 'USER', id, email from {{ ref('stg_fivetran_log__user') }}
    union all
    select 'TRANSFORMATION', job_id, job_name from {{ ref('stg_fivetran_log__transformation_runs') }}

)

select
    resource_type,
    resource_id,
    max(resource_name) as resource_name
from resources
where resource_id is not null
group by resource_type, resource_id
