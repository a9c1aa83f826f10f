{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Paid rows of a connection, and what some of this month's rows cost: not their share of the bill, but what the bill would be less without
-- them. They are the last rows of a price list that declines, scaled to the bill; without a list each row costs the same.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}
{%- set kinds = {
    'more': 'greatest(paid_this_month - paid_last_month, 0)',
    'resynced': 'resynced_paid_rows',
    'unread': 'unread_paid_rows',
    'trial': 'unread_trial_rows',
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
        sum(case when month_date = {{ this_month }} then modelled_cost_usd end) as modelled_this_month,
        max(case when month_date = {{ this_month }} then meter end) as meter,
        max(case when month_date = {{ this_month }} then scope end) as scope,
        max(case when month_date = {{ this_month }} then units_of_scope end) as units_of_scope
    from {{ ref('int_fivetran_log__allocated_costs') }}
    where connection_id is not null
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
        costs.cost_this_month,
        costs.modelled_this_month,
        coalesce(costs.meter, 'connection_mar') as meter,
        coalesce(case when costs.scope = 'account' then costs.units_of_scope else costs.paid_this_month end, 0) as units_now,
        coalesce(table_use.resynced_paid_rows, 0) as resynced_paid_rows,
        coalesce(table_use.unread_paid_rows, 0) as unread_paid_rows,
        coalesce(table_use.unread_trial_rows, 0) as unread_trial_rows
    from connections
    left join costs on connections.connection_id = costs.connection_id
    left join table_use on connections.connection_id = table_use.connection_id

),

parts as (

    {% for kind, rows in kinds.items() -%}
    -- rows on trial are those that would come on top
    select
        *,
        '{{ kind }}' as kind,
        {{ rows }} as rows_of_part,
        units_now{{ ' + ' ~ rows if kind == 'trial' }} as units_with,
        greatest(units_now{{ ' - ' ~ rows if kind != 'trial' }}, 0) as units_without
    from usage
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
            cost_this_month * coalesce(
                list_price_usd / nullif({{ fivetran_logs.as_double('modelled_this_month') }}, 0),
                {{ fivetran_logs.as_double('rows_of_part') }} / nullif(paid_this_month, 0)
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
    max(cost_this_month) as cost_this_month,
    {%- for kind in kinds %}
    max(case when kind = '{{ kind }}' then cost_usd end) as cost_of_{{ kind }}_rows{{ ',' if not loop.last }}
    {%- endfor %}
from costed
group by connection_id
