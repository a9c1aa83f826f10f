-- The parts of a destination's month sum to its bill, to the cent.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

bills as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

allocated as (

    select
        month_date,
        destination_id,
        sum(allocated_cost_usd) as allocated_cost_usd,
        sum(credits) as credits
    from {{ ref('fct_fivetran_cost_allocation') }}
    where is_billed or credits is not null
    group by month_date, destination_id

)

select
    coalesce(allocated.month_date, bills.month_date) as month_date,
    coalesce(allocated.destination_id, bills.destination_id) as destination_id,
    bills.cost_usd,
    allocated.allocated_cost_usd,
    bills.credits,
    allocated.credits as allocated_credits
from allocated
full outer join bills on allocated.month_date = bills.month_date and coalesce(allocated.destination_id, '') = coalesce(bills.destination_id, '')
where
    bills.cost_usd <> allocated.allocated_cost_usd
    or bills.credits <> coalesce(allocated.credits, 0)
    or bills.cost_usd is null and allocated.allocated_cost_usd is not null
    or bills.cost_usd <> 0 and allocated.allocated_cost_usd is null
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
