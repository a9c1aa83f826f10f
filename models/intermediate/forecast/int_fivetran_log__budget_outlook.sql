-- A budget in dollars also pays for charges without paid rows, such as transformations.

with

budgets as (

    select * from {{ ref('int_fivetran_log__budgets') }}

),

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }} where measured_date <= {{ fivetran_logs.as_of_date() }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

-- a charge without paid rows is one unit that has come, and one to come
parts as (

    select
        month_date,
        months_ahead,
        known_date,
        destination_id,
        connection_id,
        unmatched_name,
        paid_active_rows_to_date,
        projected_paid_active_rows,
        projected_low,
        projected_high,
        usd_per_row,
        usd_per_row_to_date,
        true as has_rows
    from {{ ref('int_fivetran_log__usage_forecasts') }}

    union all

    select
        month_date,
        months_ahead,
        cast(null as date) as known_date,
        destination_id,
        connection_id,
        unmatched_name,
        1 as paid_active_rows_to_date,
        2 as projected_paid_active_rows,
        2 as projected_low,
        2 as projected_high,
        cost_to_come_usd as usd_per_row,
        cost_to_date_usd as usd_per_row_to_date,
        false as has_rows
    from {{ ref('int_fivetran_log__charge_forecasts') }}

),

labelled as (

    select
        parts.*,
        lower(coalesce(connections.connection_name, parts.unmatched_name)) as connection_label,
        lower(parts.connection_id) as connection_label_id,
        lower(connections.team) as team_label,
        lower(parts.destination_id) as destination_label_id,
        lower(destinations.name) as destination_label
    from parts
    left join connections on parts.connection_id = connections.connection_id
    left join destinations on parts.destination_id = destinations.id

),

-- in the budget's own unit
budget_parts as (

    select
        budgets.budget_key,
        budgets.budget,
        parts.*,
        case when budgets.unit = 'rows' then 1 else parts.usd_per_row end as unit_price,
        case when budgets.unit = 'rows' then 1 else parts.usd_per_row_to_date end as unit_price_to_date
    from budgets
    inner join labelled as parts
        on
            budgets.month_date = parts.month_date
            and (budgets.unit = 'usd' or parts.has_rows)
            and (
                budgets.scope_type = 'account'
                or budgets.scope_type = 'team' and lower(budgets.scope) = parts.team_label
                or budgets.scope_type = 'destination' and lower(budgets.scope) in (parts.destination_label_id, parts.destination_label)
                or budgets.scope_type = 'connection' and lower(budgets.scope) in (parts.connection_label_id, parts.connection_label)
            )

),

totals as (

    select
        budget_key,
        min(months_ahead) as months_ahead,
        min(known_date) as known_date,
        max(case when unit_price is null and projected_paid_active_rows > 0 then 1 else 0 end) as has_unpriced_rows,
        {{ fivetran_logs.steady('sum(paid_active_rows_to_date * unit_price_to_date)') }} as spent,
        {{ fivetran_logs.steady('sum(' ~ fivetran_logs.forecast_cost('projected_paid_active_rows', 'unit_price_to_date', 'unit_price') ~ ')') }} as projected,
        {{ fivetran_logs.distance_of_sum('(projected_paid_active_rows - projected_low) * unit_price') }} as down_to,
        {{ fivetran_logs.steady(fivetran_logs.distance_of_sum('(projected_high - projected_paid_active_rows) * unit_price')) }} as up_to
    from budget_parts
    group by budget_key

),

spent_up_to as (

    select
        budget_parts.budget_key,
        budget_parts.budget,
        usage_days.measured_date,
        sum(sum(usage_days.paid_active_rows * budget_parts.unit_price_to_date)) over (
            partition by budget_parts.budget_key
            order by usage_days.measured_date rows between unbounded preceding and current row
        ) as spent
    from budget_parts
    inner join usage_days
        on
            budget_parts.month_date = usage_days.month_date
            and coalesce(budget_parts.destination_id, '') = coalesce(usage_days.destination_id, '')
            and coalesce(budget_parts.connection_id, '') = coalesce(usage_days.connection_id, '')
            and coalesce(budget_parts.unmatched_name, '') = coalesce(case when usage_days.connection_id is null then usage_days.connection_name end, '')
    where budget_parts.months_ahead = 0 and budget_parts.has_rows
    group by budget_parts.budget_key, budget_parts.budget, usage_days.measured_date

),

exhausted as (

    select
        budget_key,
        min(measured_date) as exhausted_on
    from spent_up_to
    where {{ fivetran_logs.steady('spent') }} >= budget and spent > 0
    group by budget_key

),

statuses as (

    select
        budgets.*,
        totals.months_ahead,
        totals.has_unpriced_rows,
        exhausted.exhausted_on as exhausted_before,
        case when totals.budget_key is null then 0 else totals.spent end as spent_to_date,
        case when totals.budget_key is null then 0 else totals.projected end as projected,
        case
            when totals.budget_key is null then 0
            when totals.projected - totals.down_to < totals.spent then totals.spent
            else totals.projected - totals.down_to
        end as low,
        case when totals.budget_key is null then 0 else totals.projected + totals.up_to end as high,
        -- days of the month that are over
        case when totals.months_ahead = 0 then {{ dbt.datediff('budgets.month_date', 'totals.known_date', 'day') }} + 1 else 0 end as days_over,
        {{ dbt.datediff('budgets.month_date', fivetran_logs.date_add('month', 1, 'budgets.month_date'), 'day') }} as days_of_month
    from budgets
    left join totals on budgets.budget_key = totals.budget_key
    left join exhausted on budgets.budget_key = exhausted.budget_key

)

select
    budget_key,
    scope_type,
    scope,
    month_date,
    unit,
    {{ fivetran_logs.as_money('budget') }} as budget,
    {{ fivetran_logs.as_money('spent_to_date') }} as spent_to_date,
    {{ fivetran_logs.as_money('projected') }} as projected,
    {{ fivetran_logs.as_money('low') }} as low,
    {{ fivetran_logs.as_money('high') }} as high,
    {{ fivetran_logs.as_money(fivetran_logs.as_money('projected') ~ ' - ' ~ fivetran_logs.as_money('budget')) }} as variance,
    case
        when projected > budget then 'over'
        when {{ fivetran_logs.steady('high') }} > budget then 'at_risk'
        when projected is not null then 'within'
    end as status,
    case
        when exhausted_before is not null then exhausted_before
        when projected > budget
            then {{ fivetran_logs.date_add('day', 'cast(greatest(0, days_over - 1 + greatest(case when spent_to_date > 0 then 0 else 1 end, coalesce(ceil((budget - spent_to_date) / nullif(projected - spent_to_date, 0) * (days_of_month - days_over)), 0))) as ' ~ dbt.type_int() ~ ')', 'month_date') }}
    end as exhausted_on,
    case
        when not is_known_scope then 'No ' || scope_type || ' is called ' || scope || ': correct or remove this row of fivetran_budgets.'
        when projected is null then 'Its usage has no price, because no bill in dollars is known, or its credits have no price: dollars cannot be projected.'
        when has_unpriced_rows = 1 then 'Some of its usage has no price in dollars, such as what is paid in credits: it is left out.'
    end as note
from statuses
