with

days as (

    select
        *,
        {{ dbt.datediff('sync_date', as_of_date, 'day') }} as days_ago
    from {{ ref('fct_fivetran_table_volumes') }}
    where sync_date > {{ fivetran_logs.date_add('day', -30, as_of_date) }} and sync_date <= {{ as_of_date }}

),

tables as (

    select
        connection_id,
        schema_name,
        table_name,
        sum(case when days_ago between 1 and 7 then rows_synced end) as rows_last_7d,
        -- like with like: only days for which a number is expected
        sum(case when days_ago between 1 and 7 and expected_rows is not null then rows_synced end) as compared_rows_last_7d,
        sum(case when days_ago between 1 and 7 then expected_rows end) as expected_rows_last_7d,
        min(case when rows_synced > 0 then days_ago end) as last_rows_days_ago,
        sum(case when anomaly is not null then 1 else 0 end) as anomalies_last_30d,
        sum(rows_synced) as rows_last_30d
    from days
    group by connection_id, schema_name, table_name

),

ranked as (

    select
        *,
        row_number() over (partition by connection_id order by rows_last_30d desc, schema_name, table_name) as place,
        count(*) over () as all_rows
    from tables

)

select
    connection_id as connection,
    schema_name,
    table_name,
    rows_last_7d,
    compared_rows_last_7d,
    expected_rows_last_7d,
    last_rows_days_ago,
    anomalies_last_30d,
    all_rows
from ranked
where place <= 10
order by anomalies_last_30d desc, rows_last_30d desc, connection_id, place
