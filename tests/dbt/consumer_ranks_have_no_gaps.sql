{{ config(enabled=var('fivetran_logs_unit_tests', false)) }}

-- A month's ranks run from 1 to the number of its rows, and its paid shares sum to 1.

select
    month_date,
    count(*) as consumers,
    count(distinct consumer_rank) as ranks,
    max(consumer_rank) as last_rank,
    sum(share_of_paid) as share_of_paid
from {{ ref('fct_fivetran_monthly_active_rows') }}
group by month_date
having
    count(*) <> count(distinct consumer_rank)
    or count(*) <> max(consumer_rank)
    or abs(sum(share_of_paid) - 1) > 0.000001
