-- What a row, a connection and a table cost, by month, and why a month cost more or less than the one before: rows, price, mix. Rows
-- whose cost nobody knows, such as those paid in credits, are counted, but have no price: they are no part of what a row costs.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}

with

allocated_costs as (

    select * from {{ ref('int_fivetran_log__allocated_costs') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

consumers as (

    select
        allocated_costs.month_date,
        allocated_costs.destination_id,
        destinations.name as destination_name,
        connections.connector_name,
        connections.team,
        coalesce(allocated_costs.connection_id, allocated_costs.unmatched_name) as used_by,
        coalesce(allocated_costs.connection_id, allocated_costs.unmatched_name, allocated_costs.charge_kind) as consumer,
        allocated_costs.paid_active_rows,
        case when allocated_costs.allocated_cost_usd is null then 0 else allocated_costs.paid_active_rows end as priced_rows,
        case when allocated_costs.paid_active_rows > 0 then 1 else 0 end as tables_in_use,
        allocated_costs.allocated_cost_usd,
        allocated_costs.is_estimate
    from allocated_costs
    left join connections on allocated_costs.connection_id = connections.connection_id
    left join destinations on allocated_costs.destination_id = destinations.id

),

dimensions as (

    select consumers.*, 'account' as dimension, 'account' as dimension_value from consumers
    union all
    select consumers.*, 'destination' as dimension, coalesce(destination_name, destination_id) as dimension_value from consumers
    union all
    select consumers.*, 'connector_type' as dimension, connector_name as dimension_value from consumers
    union all
    select consumers.*, 'team' as dimension, team as dimension_value from consumers

),

parts as (

    select
        dimension,
        dimension_value,
        month_date,
        consumer,
        coalesce(dimension_value, '') as joined_value,
        max(case when paid_active_rows > 0 then used_by end) as used_by,
        max(case when priced_rows > 0 then used_by end) as priced_user,
        sum(paid_active_rows) as paid_active_rows,
        sum(priced_rows) as priced_rows,
        sum(tables_in_use) as tables_in_use,
        sum(case when priced_rows > 0 then 1 else 0 end) as priced_tables,
        sum(allocated_cost_usd) as cost_usd,
        max(case when is_estimate then 1 else 0 end) as is_estimate
    from dimensions
    group by 1, 2, 3, 4

),

totals as (

    select
        dimension,
        dimension_value,
        joined_value,
        month_date,
        sum(paid_active_rows) as paid_active_rows,
        sum(priced_rows) as priced_rows,
        count(distinct used_by) as connections,
        count(distinct priced_user) as priced_connections,
        sum(tables_in_use) as tables_in_use,
        sum(priced_tables) as priced_tables,
        sum(cost_usd) as cost_usd,
        max(is_estimate) as is_estimate
    from parts
    group by 1, 2, 3, 4

),

-- this month's rows at last month's prices: of the same consumer, else of the whole
repriced as (

    select
        parts.dimension,
        parts.joined_value,
        parts.month_date,
        max(totals_before.cost_usd) as cost_before,
        max(totals_before.priced_rows) as rows_before,
        -- a consumer that has a bill of one of the two months only says nothing of the change
        max(case
            when parts.paid_active_rows > 0 and parts_before.paid_active_rows > 0
                and (parts.paid_active_rows = parts.priced_rows) <> (parts_before.paid_active_rows = parts_before.priced_rows)
                then 1
            else 0
        end) as lacks_a_bill,
        sum(
            {{ fivetran_logs.as_double('parts.priced_rows') }}
            * case
                when parts_before.priced_rows > 0
                    then {{ fivetran_logs.as_double('parts_before.cost_usd') }} / {{ fivetran_logs.as_double('parts_before.priced_rows') }}
                when totals_before.priced_rows > 0
                    then {{ fivetran_logs.as_double('totals_before.cost_usd') }} / {{ fivetran_logs.as_double('totals_before.priced_rows') }}
            end
        ) as cost_at_prices_before
    from parts
    inner join totals as totals_before
        on
            parts.dimension = totals_before.dimension
            and parts.joined_value = totals_before.joined_value
            and totals_before.month_date = {{ fivetran_logs.date_add('month', -1, 'parts.month_date') }}
    left join parts as parts_before
        on
            parts.dimension = parts_before.dimension
            and parts.joined_value = parts_before.joined_value
            and parts.consumer = parts_before.consumer
            and totals_before.month_date = parts_before.month_date
    where parts.month_date < {{ this_month }}
    group by 1, 2, 3

),

effects as (

    select
        totals.*,
        repriced.cost_before,
        case when repriced.lacks_a_bill = 0 then totals.cost_usd - repriced.cost_before end as change_usd,
        {{ fivetran_logs.as_money(
            'case when repriced.rows_before > 0 then ' ~ fivetran_logs.as_double('(totals.priced_rows - repriced.rows_before) * repriced.cost_before')
            ~ ' / ' ~ fivetran_logs.as_double('repriced.rows_before') ~ ' else totals.cost_usd - repriced.cost_before end'
        ) }} as change_by_rows,
        {{ fivetran_logs.as_money(
            'case when repriced.rows_before > 0 then repriced.cost_at_prices_before - ' ~ fivetran_logs.as_double('totals.priced_rows * repriced.cost_before')
            ~ ' / ' ~ fivetran_logs.as_double('repriced.rows_before') ~ ' else 0 end'
        ) }} as change_by_mix
    from totals
    left join repriced
        on
            totals.dimension = repriced.dimension
            and totals.joined_value = repriced.joined_value
            and totals.month_date = repriced.month_date

)

select
    month_date,
    dimension,
    dimension_value,
    {{ fivetran_logs.as_rows('paid_active_rows') }} as paid_active_rows,
    {{ fivetran_logs.as_rows('connections') }} as connections,
    {{ fivetran_logs.as_rows('tables_in_use') }} as tables_in_use,
    {{ fivetran_logs.as_money('cost_usd') }} as cost_usd,
    {{ fivetran_logs.as_double('cost_usd') }} * 1000000 / nullif({{ fivetran_logs.as_double('priced_rows') }}, 0) as cost_per_million_rows_usd,
    {{ fivetran_logs.as_double('cost_usd') }} / nullif({{ fivetran_logs.as_double('priced_connections') }}, 0) as cost_per_connection_usd,
    {{ fivetran_logs.as_double('cost_usd') }} / nullif({{ fivetran_logs.as_double('priced_tables') }}, 0) as cost_per_table_usd,
    {{ fivetran_logs.as_money('cost_before') }} as previous_month_cost_usd,
    {{ fivetran_logs.as_money('change_usd') }} as change_usd,
    {{ fivetran_logs.as_money('case when change_usd is not null then change_by_rows end') }} as change_by_rows_usd,
    {{ fivetran_logs.as_money('change_usd - change_by_rows - change_by_mix') }} as change_by_price_usd,
    {{ fivetran_logs.as_money('case when change_usd is not null then change_by_mix end') }} as change_by_mix_usd,
    is_estimate = 1 as is_estimate
from effects
