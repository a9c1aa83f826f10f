-- A closed month without a bill has no cost, and a unit no price
select
    month_date,
    case when month_date < {{ this_month }} then 'billed' else 'open' end as stage,
    cost_usd,
    paid_active_rows as paid_rows,
    connections,
    tables_in_use,
    cost_per_million_rows_usd,
    cost_per_connection_usd,
    cost_per_table_usd,
    change_usd,
    change_by_rows_usd,
    change_by_price_usd,
    change_by_mix_usd
from {{ ref('fct_fivetran_unit_economics') }}
where dimension = 'account' and cost_usd is not null and month_date >= {{ first_month }} and month_date <= {{ this_month }}
order by month_date desc
