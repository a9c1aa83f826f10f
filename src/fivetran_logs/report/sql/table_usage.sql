with

latest as (

    select
        *,
        row_number() over (partition by connection_id order by consumer_rank) as rank_in_connection,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where
        month_date = {{ this_month }}
        and total_active_rows > 0

)

select
    connection_id as connection,
    case when connection_id is null then connection_name end as unmatched_name,
    destination_name,
    schema_name,
    table_name,
    consumer_rank,
    is_top_consumer,
    free_active_rows as free_rows,
    paid_active_rows as paid_rows,
    total_active_rows as total_rows,
    previous_month_same_days_active_rows as total_rows_month_before,
    month_over_month_pct as total_rows_change_share,
    share_of_paid,
    allocated_cost_usd as cost_usd,
    all_rows
from latest
where consumer_rank <= 200 or (connection_id is not null and rank_in_connection <= 10)
order by consumer_rank
