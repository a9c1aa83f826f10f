-- An open month is set against the same days of the month before, so that it does not look like a fall until its last day.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}

with

usage_months as (

    select * from {{ ref('int_fivetran_log__usage_months') }}

),

allocated_costs as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}

),

months as (

    select
        usage_months.*,
        previous_months.total_active_rows as previous_month_total_active_rows,
        case
            when usage_months.month_date < {{ this_month }} then previous_months.total_active_rows
            else previous_months.same_days_active_rows
        end as previous_month_same_days_active_rows
    from usage_months
    left join usage_months as previous_months
        on
            usage_months.usage_key = previous_months.usage_key
            and previous_months.month_date = {{ fivetran_logs.date_add('month', -1, 'usage_months.month_date') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

)

select
    months.mar_key,
    months.month_date,
    months.connection_id,
    coalesce(connections.connection_name, months.unmatched_name) as connection_name,
    connections.connector_name,
    months.destination_id,
    destinations.name as destination_name,
    months.schema_name,
    months.table_name,
    months.free_active_rows,
    months.paid_active_rows,
    months.total_active_rows,
    months.previous_month_total_active_rows,
    months.previous_month_same_days_active_rows,
    months.total_active_rows - months.previous_month_same_days_active_rows as month_over_month_change,
    {{ fivetran_logs.as_double('months.total_active_rows - months.previous_month_same_days_active_rows') }}
        / nullif(months.previous_month_same_days_active_rows, 0) as month_over_month_pct,
    {{ fivetran_logs.as_rows('months.consumer_rank') }} as consumer_rank,
    months.share_of_paid,
    months.consumer_rank <= {{ var('fivetran_logs_top_consumers') }}
    and months.paid_active_rows > 0 as is_top_consumer,
    allocated_costs.billed_cost_usd as allocated_cost_usd,
    months.month_date < {{ this_month }} as is_month_complete,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    connections.criticality
from months
left join allocated_costs on months.mar_key = allocated_costs.mar_key
left join connections on months.connection_id = connections.connection_id
left join destinations on months.destination_id = destinations.id
