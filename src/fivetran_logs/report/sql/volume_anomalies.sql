with

ranked as (

    select
        *,
        row_number() over (order by sync_date desc, connection_id, schema_name, table_name) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_table_volumes') }}
    where anomaly is not null and sync_date > {{ first_day }} and sync_date <= {{ as_of_date }}

)

select
    connection_id as connection,
    schema_name,
    table_name,
    {{ dbt.datediff('sync_date', as_of_date, 'day') }} as days_ago,
    anomaly,
    rows_synced,
    expected_rows,
    low,
    high,
    days_of_history,
    all_rows
from ranked
where place <= 500
order by place
