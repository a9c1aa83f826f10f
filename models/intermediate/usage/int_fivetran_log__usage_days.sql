-- Daily usage with the connection it belongs to. Small and restated by Fivetran for a while, so it is read whole each time. Days
-- after as-of stay: the month's bill is for them too.

with

usage_rows as (

    select * from {{ ref('int_fivetran_log__usage_rows') }}
    where is_counted

)

select
    measured_date,
    month_date,
    destination_id,
    connection_id,
    connection_name,
    schema_name,
    table_name,
    {{ fivetran_logs.sum_rows('free_active_rows') }} as free_active_rows,
    {{ fivetran_logs.sum_rows('paid_active_rows') }} as paid_active_rows,
    coalesce(max(has_activations), 0) as is_activation
from usage_rows
group by 1, 2, 3, 4, 5, 6, 7
