-- Connections are tried before production
--
-- Each production connection that was set up in the period has a connection of the same type, in another environment,
-- that was set up before it.
--
-- Why it matters: What was never tried elsewhere is tried in production, on real data and real bills.
--
-- How to fix: Set up such a connection in a test environment first, and name its environment in the seed of owners.

with

connections as (

    select
        connection_id,
        connection_name,
        connector_type,
        is_deleted,
        set_up_at,
        lower(environment) = lower('{{ var('fivetran_logs_check_production') }}') as is_production,
        min(case when lower(environment) <> lower('{{ var('fivetran_logs_check_production') }}') then set_up_at end) over (
            partition by connector_type
        ) as first_tried_at
    from {{ ref('int_fivetran_log__connections') }}

)

select
    connection_id as object_id,
    connection_name as object_name,
    coalesce(first_tried_at >= set_up_at, true) as is_failing,
    'is the first of its type, ' || coalesce(connector_type, 'unknown') || ': none was set up for a test before it' as problem
from connections
where
    is_production
    and not is_deleted
    and set_up_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
