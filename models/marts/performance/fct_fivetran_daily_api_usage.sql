{{ config(materialized=fivetran_logs.view_materialization()) }}

with

api_days as (

    select * from {{ ref('int_fivetran_log__api_days') }}

),

sync_days as (

    select * from {{ ref('int_fivetran_log__sync_days') }}

),

rate_limit_days as (

    select
        connection_id,
        error_date as activity_date,
        count(*) as rate_limit_events
    from {{ ref('int_fivetran_log__issues') }}
    where error_category = 'rate_limit'
    group by 1, 2

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

days as (

    select connection_id, activity_date from api_days
    {{ fivetran_logs.union_distinct() }}
    select connection_id, activity_date from rate_limit_days
    {{ fivetran_logs.union_distinct() }}
    select connection_id, activity_date from sync_days
    where rescheduled_syncs > 0

)

select
    days.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    days.activity_date,
    coalesce(api_days.api_calls, 0) as api_calls,
    cast(coalesce(rate_limit_days.rate_limit_events, 0) as {{ dbt.type_bigint() }}) as rate_limit_events,
    cast(coalesce(sync_days.rescheduled_syncs, 0) as {{ dbt.type_bigint() }}) as rescheduled_syncs
from days
left join api_days
    on coalesce(days.connection_id, '') = coalesce(api_days.connection_id, '') and days.activity_date = api_days.activity_date
left join rate_limit_days
    on coalesce(days.connection_id, '') = coalesce(rate_limit_days.connection_id, '') and days.activity_date = rate_limit_days.activity_date
left join sync_days on days.connection_id = sync_days.connection_id and days.activity_date = sync_days.activity_date
left join connections on days.connection_id = connections.connection_id
