{{ config(materialized=fivetran_logs.view_materialization()) }}

-- Every row of daily usage, with the connection it belongs to and whether it counts. Days after as-of stay: the month's bill is for
-- them too.

with

incremental_mar as (

    select
        {{ fivetran_logs.date_in_text('measured_date') }} as measured_date,
        destination_id,
        connection_name,
        schema_name,
        table_name,
        upper(trim(free_type)) as free_type,
        sync_type,
        coalesce(incremental_rows, 0) as active_rows,
        coalesce(_fivetran_synced, updated_at) as delivered_at
    from {{ ref('stg_fivetran_log__incremental_mar') }}

),

deliveries as (

    select
        *,
        min(delivered_at) over (
            partition by measured_date, destination_id, connection_name, schema_name, table_name, sync_type
        ) as first_delivered_at,
        max(delivered_at) over (
            partition by measured_date, destination_id, connection_name, schema_name, table_name, sync_type
        ) as newest_delivered_at,
        -- no row says that it is of an activation but a free one: what ever had a free activation is one
        max(case when {{ fivetran_logs.is_activation('incremental_mar') }} then 1 else 0 end) over (
            partition by destination_id, connection_name
        ) as has_activations
    from incremental_mar

),

-- what Fivetran re-classes or corrects it delivers again, all free types of a table's day together: an older row beside is what was
-- corrected; rows of one delivery, moments apart, are all true; where the source says no time, all rows count
usage_rows as (

    select
        *,
        delivered_at is null or delivered_at >= {{ fivetran_logs.delivery_began('newest_delivered_at') }} as is_counted,
        coalesce(first_delivered_at < {{ fivetran_logs.delivery_began('newest_delivered_at') }}, false) as is_restated
    from deliveries

),

connection_names as (

    select * from {{ ref('int_fivetran_log__connection_names') }}

)

select
    usage_rows.measured_date,
    {{ fivetran_logs.month_of('usage_rows.measured_date') }} as month_date,
    usage_rows.destination_id,
    connection_names.connection_id,
    usage_rows.connection_name,
    usage_rows.schema_name,
    usage_rows.table_name,
    usage_rows.free_type,
    usage_rows.sync_type,
    case when usage_rows.free_type = 'PAID' then 0 else usage_rows.active_rows end as free_active_rows,
    case when usage_rows.free_type = 'PAID' then usage_rows.active_rows else 0 end as paid_active_rows,
    usage_rows.has_activations,
    usage_rows.delivered_at,
    usage_rows.is_counted,
    usage_rows.is_restated
from usage_rows
left join connection_names
    on
        usage_rows.connection_name = connection_names.connection_name
        and usage_rows.destination_id = connection_names.destination_id
        and usage_rows.measured_date >= connection_names.valid_from_date
        and usage_rows.measured_date < connection_names.valid_before_date
where usage_rows.measured_date is not null
