-- Usage by month. A bill without usage has a row too: it is on the table all the same.

with

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}

),

monthly_costs as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

-- how far the open month is known: the same days of the month before are what it can be compared with
newest_days as (

    select max(measured_date) as measured_date
    from usage_days
    where measured_date <= {{ fivetran_logs.as_of_date() }}

),

-- a connection is its id; usage that matches none is told apart by the name it came with
months as (

    select
        month_date,
        destination_id,
        connection_id,
        case when connection_id is null then connection_name end as unmatched_name,
        schema_name,
        table_name,
        coalesce(max(is_activation), 0) as is_activation,
        {{ fivetran_logs.sum_rows('free_active_rows') }} as free_active_rows,
        {{ fivetran_logs.sum_rows('paid_active_rows') }} as paid_active_rows,
        {{ fivetran_logs.sum_rows('free_active_rows + paid_active_rows') }} as total_active_rows,
        {{ fivetran_logs.sum_rows(
            'case when usage_days.measured_date <= ' ~ fivetran_logs.date_add('month', -1, 'newest_days.measured_date')
            ~ ' then free_active_rows + paid_active_rows else 0 end'
        ) }} as same_days_active_rows
    from usage_days
    cross join newest_days
    where usage_days.measured_date <= {{ fivetran_logs.as_of_date() }}
    group by 1, 2, 3, 4, 5, 6

    union all

    -- a bill without any usage, in dollars or credits, is on the table all the same, once there is something to pay
    select
        month_date,
        destination_id,
        cast(null as {{ dbt.type_string() }}) as connection_id,
        cast(null as {{ dbt.type_string() }}) as unmatched_name,
        cast(null as {{ dbt.type_string() }}) as schema_name,
        cast(null as {{ dbt.type_string() }}) as table_name,
        0 as is_activation,
        0 as free_active_rows,
        0 as paid_active_rows,
        0 as total_active_rows,
        0 as same_days_active_rows
    from monthly_costs
    where not has_usage and (cost_usd <> 0 or credits <> 0 or currency_without_rate is not null)

),

keyed as (

    select
        *,
        {{ fivetran_logs.usage_key() }} as usage_key
    from months

),

ranked as (

    select
        *,
        row_number() over (
            partition by month_date
            order by paid_active_rows desc, total_active_rows desc, usage_key
        ) as consumer_rank,
        sum(paid_active_rows) over (partition by month_date) as paid_of_account
    from keyed

)

select
    {{ dbt.hash("cast(month_date as " ~ dbt.type_string() ~ ") || '|' || usage_key") }} as mar_key,
    usage_key,
    month_date,
    destination_id,
    connection_id,
    unmatched_name,
    schema_name,
    table_name,
    is_activation = 1 as is_activation,
    free_active_rows,
    paid_active_rows,
    total_active_rows,
    same_days_active_rows,
    consumer_rank,
    {{ fivetran_logs.as_double('paid_active_rows') }} / nullif(paid_of_account, 0) as share_of_paid
from ranked
