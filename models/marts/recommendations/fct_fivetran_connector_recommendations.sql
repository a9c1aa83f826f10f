with

connections as (

    select
        health.*,
        figures.recurring_warning_7d,
        figures.rate_limit_events_7d,
        figures.forced_resyncs_30d,
        figures.last_setup_failure_at,
        figures.last_setup_success_at,
        figures.top_error_category,
        figures.paid_this_month,
        figures.paid_last_month,
        figures.cost_this_month,
        figures.tables_30d,
        figures.unchanged_tables_30d,
        figures.successful_syncs_7d,
        figures.idle_syncs_7d,
        figures.paused_at,
        figures.breaking_changes_30d,
        owners.connection_id is not null as has_owner
    from {{ ref('fct_fivetran_connector_health') }} as health
    inner join {{ ref('int_fivetran_log__connection_figures') }} as figures on health.connection_id = figures.connection_id
    left join {{ ref('int_fivetran_log__connection_owners') }} as owners on health.connection_id = owners.connection_id
    where not health.is_deleted

),

active as (

    select * from connections
    where not is_paused

),

-- an account that names no owner at all does not use the seed, and is not told so once per connection
any_owner as (

    select count(*) as owners from {{ ref('int_fivetran_log__connection_owners') }}

),

candidates as (

    {% for rule_code, rule in fivetran_logs.recommendation_rules().items() -%}
    select
        connection_id,
        '{{ rule_code }}' as rule_code,
        {{ rule.evidence }} as evidence,
        {{ fivetran_logs.as_money(rule.savings | default('null')) }} as estimated_monthly_savings_usd
    from {{ rule.of | default('active') }}
    where {{ rule.when }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

rules as (

    select
        *,
        lower(default_priority) as priority
    from {{ ref('fivetran_recommendation_rules') }}
    where is_enabled

)

select
    {{ dbt.hash("candidates.connection_id || '|' || candidates.rule_code") }} as recommendation_id,
    candidates.connection_id,
    connections.connection_name,
    connections.connector_name,
    connections.destination_name,
    candidates.rule_code,
    rules.category,
    rules.priority,
    cast(row_number() over (
        order by
            case rules.priority when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
            coalesce(candidates.estimated_monthly_savings_usd, 0) desc,
            greatest(connections.paid_this_month, connections.paid_last_month) desc,
            candidates.rule_code,
            candidates.connection_id
    ) as {{ dbt.type_bigint() }}) as priority_rank,
    rules.recommendation,
    candidates.evidence,
    rules.expected_benefit,
    candidates.estimated_monthly_savings_usd,
    rules.effort,
    rules.documentation_url
from candidates
inner join rules on candidates.rule_code = rules.rule_code
inner join connections on candidates.connection_id = connections.connection_id
