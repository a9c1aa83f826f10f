{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Paid rows of a connection, and what some of this month's rows cost by its end: not their share of the bill, but what the bill would be
-- less without them. They are the last rows of a price list that declines, scaled to the projected cost; without a list each row costs the
-- same. Rows of tables grow with the connection's until the end of the month; rows that a re-sync has read are all there are of them.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}
{%- set kinds = {
    'more': 'greatest(rows_of_month - paid_last_month, 0)',
    'resynced': 'resynced_paid_rows',
    'unread': 'round(unread_paid_rows * growth)',
    'trial': 'round(unread_trial_rows * growth)',
} %}

with

connections as (

    select connection_id from {{ ref('int_fivetran_log__connections') }}

),

table_use as (

    select
        connection_id,
        {{ fivetran_logs.sum_rows('resynced_paid_rows') }} as resynced_paid_rows,
        {{ fivetran_logs.sum_rows('case when readers = 0 then paid_rows else 0 end') }} as unread_paid_rows,
        {{ fivetran_logs.sum_rows('case when readers = 0 and paid_rows = 0 then trial_rows else 0 end') }} as unread_trial_rows
    from {{ ref('int_fivetran_log__table_use') }}
    group by connection_id

),

costs as (

    select
        connection_id,
        {{ fivetran_logs.sum_rows('case when month_date = ' ~ this_month ~ ' then paid_active_rows else 0 end') }} as paid_this_month,
        {{ fivetran_logs.sum_rows('case when month_date = ' ~ fivetran_logs.date_add('month', -1, this_month) ~ ' then paid_active_rows else 0 end') }} as paid_last_month,
        sum(case when month_date = {{ this_month }} then billed_cost_usd end) as cost_this_month,
        max(case when month_date = {{ this_month }} then meter end) as meter,
        max(case when month_date = {{ this_month }} then scope end) as scope,
        max(case when month_date = {{ this_month }} then units_of_scope end) as units_of_scope
    from {{ ref('int_fivetran_log__allocated_costs') }}
    where connection_id is not null
    group by connection_id

),

forecasts as (

    select
        connection_id,
        sum(projected_paid_active_rows) as projected_rows,
        sum({{ fivetran_logs.forecast_cost('projected_paid_active_rows', 'usd_per_row_to_date', 'usd_per_row') }}) as projected_cost_usd
    from {{ ref('int_fivetran_log__usage_forecasts') }}
    where month_date = {{ this_month }}
    group by connection_id

),

price_tiers as (

    select * from {{ ref('int_fivetran_log__price_tiers') }}

),

usage as (

    select
        connections.connection_id,
        coalesce(costs.paid_this_month, 0) as paid_this_month,
        coalesce(costs.paid_last_month, 0) as paid_last_month,
        coalesce(forecasts.projected_cost_usd, {{ fivetran_logs.as_double('costs.cost_this_month') }}) as cost_of_month,
        coalesce(costs.meter, 'connection_mar') as meter,
        coalesce(costs.scope, '') = 'account' as is_of_account,
        costs.units_of_scope,
        greatest(coalesce(forecasts.projected_rows, 0), coalesce(costs.paid_this_month, 0)) as rows_of_month,
        coalesce({{ fivetran_logs.as_double('forecasts.projected_rows') }} / nullif(costs.paid_this_month, 0), 1) as growth,
        coalesce(table_use.resynced_paid_rows, 0) as resynced_paid_rows,
        coalesce(table_use.unread_paid_rows, 0) as unread_paid_rows,
        coalesce(table_use.unread_trial_rows, 0) as unread_trial_rows
    from connections
    left join costs on connections.connection_id = costs.connection_id
    left join table_use on connections.connection_id = table_use.connection_id
    left join forecasts on connections.connection_id = forecasts.connection_id

),

scoped as (

    select
        *,
        case
            when is_of_account then units_of_scope + sum(rows_of_month - paid_this_month) over (partition by meter, is_of_account)
            else rows_of_month
        end as units_of_month
    from usage

),

parts as (

    {% for kind, rows in kinds.items() -%}
    -- rows on trial are those that would come on top
    select
        *,
        '{{ kind }}' as kind,
        {{ rows }} as rows_of_part,
        units_of_month{{ ' + ' ~ rows if kind == 'trial' }} as units_with,
        greatest(units_of_month{{ ' - ' ~ rows if kind != 'trial' }}, 0) as units_without
    from scoped
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

priced as (

    select
        parts.*,
        {{ fivetran_logs.as_double(
            '(' ~ fivetran_logs.tier_cost_usd('parts.units_with', 'tiers_with') ~ ' - '
            ~ fivetran_logs.tier_cost_usd('parts.units_without', 'tiers_without') ~ ')'
        ) }} as list_price_usd,
        -- the connection's part of what all units of the month cost by the list
        {{ fivetran_logs.as_double(
            'case when kind = \'trial\' then ' ~ fivetran_logs.tier_cost_usd('parts.units_without', 'tiers_without')
            ~ ' else ' ~ fivetran_logs.tier_cost_usd('parts.units_with', 'tiers_with') ~ ' end'
        ) }} * rows_of_month / nullif(units_of_month, 0) as modelled_of_month,
        tiers_with.scope as scope_of_list
    from parts
    left join price_tiers as tiers_with
        on
            parts.meter = tiers_with.meter
            and {{ fivetran_logs.is_in_tier('parts.units_with', this_month, 'tiers_with') }}
    left join price_tiers as tiers_without
        on
            parts.meter = tiers_without.meter
            and {{ fivetran_logs.is_in_tier('parts.units_without', this_month, 'tiers_without') }}

),

costed as (

    select
        *,
        coalesce(
            cost_of_month * coalesce(
                list_price_usd / nullif(modelled_of_month, 0),
                {{ fivetran_logs.as_double('rows_of_part') }} / nullif(rows_of_month, 0)
            ),
            -- of a connection that has not paid yet there is nothing but the list
            case when kind = 'trial' and scope_of_list = 'connection' and paid_this_month = 0 then list_price_usd end
        ) as cost_usd
    from priced

)

select
    connection_id,
    max(paid_this_month) as paid_this_month,
    max(paid_last_month) as paid_last_month,
    max(cost_of_month) as cost_of_month,
    {%- for kind in kinds %}
    max(case when kind = '{{ kind }}' then cost_usd end) as cost_of_{{ kind }}_rows{{ ',' if not loop.last }}
    {%- endfor %}
from costed
group by connection_id
