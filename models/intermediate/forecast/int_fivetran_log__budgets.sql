{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The budget of each scope for the open month and the next three, in dollars and in rows apart. A budget with a month wins over the one of
-- its scope without. One whose scope fits nothing stays, and says so.

with

forecast_months as (

    select distinct month_date
    from (
        select month_date from {{ ref('int_fivetran_log__usage_forecasts') }}
        union all
        select {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} as month_date
    ) as months

),

budget_entries as (

    select * from {{ fivetran_logs.seed_table('fivetran_budgets') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

usage_forecasts as (

    select * from {{ ref('int_fivetran_log__usage_forecasts') }}

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

known_scopes as (

    select distinct
        scope_type,
        scope
    from (
        select
            'account' as scope_type,
            '' as scope
        {% for scope_type, column, relation in [
            ('destination', 'id', 'destinations'),
            ('destination', 'name', 'destinations'),
            ('destination', 'destination_id', 'usage_forecasts'),
            ('connection', 'connection_id', 'connections'),
            ('connection', 'connection_name', 'connections'),
            ('connection', 'unmatched_name', 'usage_forecasts'),
            ('team', 'team', 'connections'),
        ] -%}
        union all
        select
            '{{ scope_type }}' as scope_type,
            lower({{ column }}) as scope
        from {{ relation }}
        {% endfor %}
    ) as scopes

),

-- a day within a month counts as its first
monthly as (

    select
        budget_entries.scope_type,
        budget_entries.scope,
        forecast_months.month_date,
        budget_entries.budget_usd,
        budget_entries.budget_paid_active_rows,
        rank() over (
            partition by budget_entries.scope_type, lower(budget_entries.scope), forecast_months.month_date
            order by case when budget_entries.month_date is null then 1 else 0 end
        ) as best_first
    from budget_entries
    inner join forecast_months
        on
            budget_entries.month_date is null
            or {{ fivetran_logs.month_of('budget_entries.month_date') }} = forecast_months.month_date

),

-- of two rows of one scope and month, which the seed's test refuses, the lower budget counts
by_unit as (

    {% for unit, column in {'usd': 'budget_usd', 'rows': 'budget_paid_active_rows'}.items() -%}
    select
        scope_type,
        min(scope) as scope,
        month_date,
        '{{ unit }}' as unit,
        min({{ fivetran_logs.as_double(column) }}) as budget
    from monthly
    where best_first = 1 and {{ column }} is not null
    group by scope_type, lower(scope), month_date
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ fivetran_logs.hash_of(['by_unit.scope_type', 'lower(by_unit.scope)', 'by_unit.month_date', 'by_unit.unit']) }} as budget_key,
    by_unit.scope_type,
    by_unit.scope,
    by_unit.month_date,
    by_unit.unit,
    by_unit.budget,
    known_scopes.scope_type is not null as is_known_scope
from by_unit
left join known_scopes
    on
        by_unit.scope_type = known_scopes.scope_type
        and coalesce(lower(by_unit.scope), '') = known_scopes.scope
