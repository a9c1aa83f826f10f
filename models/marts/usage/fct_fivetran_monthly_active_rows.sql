with

usage_months as (

    select * from {{ ref('int_fivetran_log__usage_months') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

)

select
    usage_months.mar_key,
    usage_months.month_date,
    usage_months.connection_id,
    coalesce(connections.connection_name, usage_months.unmatched_name) as connection_name,
    connections.connector_name,
    usage_months.destination_id,
    destinations.name as destination_name,
    usage_months.schema_name,
    usage_months.table_name,
    usage_months.free_active_rows,
    usage_months.paid_active_rows,
    usage_months.total_active_rows,
    previous_months.total_active_rows as previous_month_total_active_rows,
    usage_months.total_active_rows - previous_months.total_active_rows as month_over_month_change,
    {{ fivetran_logs.as_double('usage_months.total_active_rows - previous_months.total_active_rows') }}
        / nullif(previous_months.total_active_rows, 0) as month_over_month_pct,
    {{ fivetran_logs.as_rows('usage_months.consumer_rank') }} as consumer_rank,
    usage_months.share_of_paid,
    usage_months.consumer_rank <= {{ var('fivetran_logs_top_consumers') }}
    and usage_months.paid_active_rows > 0 as is_top_consumer,
    usage_months.allocated_cost_usd,
    usage_months.month_date < {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} as is_month_complete,
    connections.owner,
    connections.team,
    connections.cost_centre,
    connections.environment,
    connections.criticality
from usage_months
left join usage_months as previous_months
    on
        usage_months.usage_key = previous_months.usage_key
        and previous_months.month_date = {{ fivetran_logs.date_add('month', -1, 'usage_months.month_date') }}
left join connections on usage_months.connection_id = connections.connection_id
left join destinations on usage_months.destination_id = destinations.id
