-- Daily usage with the connection it belongs to. Small and restated by Fivetran for a while, so it is read whole each time. Days
-- after as-of stay: the month's bill is for them too.

with

incremental_mar as (

    select
        {{ fivetran_logs.date_in_text('measured_date') }} as measured_date,
        destination_id,
        connection_name,
        schema_name,
        table_name,
        upper(trim(free_type)) as free_type,
        coalesce(incremental_rows, 0) as active_rows
    from {{ ref('stg_fivetran_log__incremental_mar') }}

),

connection_names as (

    select * from {{ ref('int_fivetran_log__connection_names') }}

)

select
    incremental_mar.measured_date,
    {{ fivetran_logs.month_of('incremental_mar.measured_date') }} as month_date,
    incremental_mar.destination_id,
    connection_names.connection_id,
    incremental_mar.connection_name,
    incremental_mar.schema_name,
    incremental_mar.table_name,
    {{ fivetran_logs.sum_rows("case when incremental_mar.free_type = 'PAID' then 0 else incremental_mar.active_rows end") }} as free_active_rows,
    {{ fivetran_logs.sum_rows("case when incremental_mar.free_type = 'PAID' then incremental_mar.active_rows else 0 end") }} as paid_active_rows
from incremental_mar
left join connection_names
    on
        incremental_mar.connection_name = connection_names.connection_name
        and incremental_mar.destination_id = connection_names.destination_id
        and incremental_mar.measured_date >= connection_names.valid_from_date
        and incremental_mar.measured_date < connection_names.valid_before_date
where incremental_mar.measured_date is not null
group by 1, 2, 3, 4, 5, 6, 7
