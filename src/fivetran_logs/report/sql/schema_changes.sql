with

ranked as (

    select
        *,
        row_number() over (order by case when is_breaking then 0 else 1 end, change_detected_at desc, change_id) as place,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_schema_change_history') }}
    where change_date > {{ first_day }} and change_date <= {{ as_of_date }} and caused_by_change_id is null

)

select
    change_detected_at,
    connection_id as connection,
    destination_name,
    schema_name,
    table_name,
    column_name,
    previous_column_name,
    change_level,
    change_type,
    previous_data_type,
    new_data_type,
    side,
    evidence,
    is_breaking,
    impact_level,
    downstream_tables,
    downstream_columns,
    all_rows
from ranked
where place <= 1500
order by place
