{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Grants whatever the way they came: each role of a user once, for each thing it is for.

select distinct
    user_id,
    role_name,
    destination_id,
    connection_id,
    granted_for
from {{ ref('int_fivetran_log__access_grants') }}
