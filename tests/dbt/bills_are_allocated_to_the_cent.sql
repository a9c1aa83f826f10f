-- The parts of a destination's month sum to its bill, to the cent, and to its credits.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

bills as (

    select * from {{ ref('int_fivetran_log__monthly_costs') }}

),

allocated as (

    select
        month_date,
        destination_id,
        sum(case when is_billed then allocated_cost_usd end) as allocated_cost_usd,
        sum(credits) as credits
    from {{ ref('fct_fivetran_cost_allocation') }}
    group by month_date, destination_id

),

-- the mart of rows shows the same numbers, without what has no rows
shown as (

    select
        month_date,
        destination_id,
        sum(allocated_cost_usd) as allocated_cost_usd
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    group by month_date, destination_id

),

without_rows as (

    select
        month_date,
        destination_id,
        sum(allocated_cost_usd) as allocated_cost_usd
    from {{ ref('fct_fivetran_cost_allocation') }}
    where is_billed and charge_kind = 'transformation'
    group by month_date, destination_id

)

select
    coalesce(allocated.month_date, bills.month_date) as month_date,
    coalesce(allocated.destination_id, bills.destination_id) as destination_id,
    bills.cost_usd,
    allocated.allocated_cost_usd,
    shown.allocated_cost_usd as cost_of_rows_usd,
    bills.credits,
    allocated.credits as allocated_credits
from allocated
full outer join bills on allocated.month_date = bills.month_date and coalesce(allocated.destination_id, '') = coalesce(bills.destination_id, '')
left join shown on bills.month_date = shown.month_date and coalesce(bills.destination_id, '') = coalesce(shown.destination_id, '')
left join without_rows on bills.month_date = without_rows.month_date and coalesce(bills.destination_id, '') = coalesce(without_rows.destination_id, '')
where
    bills.cost_usd <> allocated.allocated_cost_usd
    or bills.cost_usd is null and allocated.allocated_cost_usd is not null
    or bills.cost_usd <> 0 and allocated.allocated_cost_usd is null
    or coalesce(bills.credits, 0) <> coalesce(allocated.credits, 0)
    or bills.cost_usd <> shown.allocated_cost_usd + coalesce(without_rows.allocated_cost_usd, 0)
    or bills.cost_usd <> 0 and shown.allocated_cost_usd is null
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
