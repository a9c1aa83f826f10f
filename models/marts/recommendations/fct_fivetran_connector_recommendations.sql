with

matches as (

    select * from {{ ref('fivetran_recommendation_matches') }}

),

inputs as (

    select * from {{ ref('int_fivetran_log__judgements') }}

),

rules as (

    select * from {{ ref('fivetran_recommendation_rules') }}
    where is_enabled

),

-- an exception is valid up to and including its last day
exceptions as (

    select * from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }}
    where until_date is null or until_date >= {{ fivetran_logs.as_of_date() }}

),

recommended as (

    select
        matches.connection_id,
        inputs.connection_name,
        inputs.connector_name,
        inputs.destination_name,
        matches.rule_code,
        rules.category,
        matches.rule_code in ({{ fivetran_logs.problem_rules() }}) as is_about_problem,
        -- what is about the connection's problem itself is as urgent as that problem
        case
            when matches.rule_code in ({{ fivetran_logs.problem_rules() }}) then coalesce(inputs.severity, rules.priority)
            else rules.priority
        end as own_priority,
        rules.priority as priority_of_rule,
        {{ fivetran_logs.cause_of_recommendation() | indent(8) }} as cause,
        rules.recommendation,
        matches.evidence,
        -- a name of its own column, so that a report without names can be made of it
        case matches.rule_code
            when 'departed_user' then inputs.departed_user
            when 'duplicate_source' then inputs.twin_name
        end as related_name,
        rules.expected_benefit,
        matches.estimated_monthly_savings_usd,
        rules.effort,
        rules.documentation_url,
        inputs.owner,
        inputs.team,
        inputs.cost_centre,
        inputs.environment,
        inputs.criticality,
        greatest(inputs.paid_rows_this_month, inputs.paid_rows_last_month) as paid_rows
    from matches
    inner join rules on matches.rule_code = rules.rule_code
    inner join inputs on matches.connection_id = inputs.connection_id
    left join exceptions
        on
            lower(exceptions.rule_code) = matches.rule_code
            and lower(exceptions.connection_name) in (lower(inputs.connection_id), lower(inputs.connection_name))
    where exceptions.rule_code is null

),

-- of recommendations with one cause the one about the problem leads, then the most urgent
ranked as (

    select
        *,
        coalesce('cause ' || cause, 'rule ' || rule_code) as cause_key,
        row_number() over (
            partition by connection_id, coalesce('cause ' || cause, 'rule ' || rule_code)
            order by
                case when is_about_problem then 0 else 1 end,
                {{ fivetran_logs.urgency_rank('own_priority') }},
                {{ fivetran_logs.urgency_rank('priority_of_rule') }},
                rule_code
        ) as rank_in_cause
    from recommended

),

led as (

    select
        *,
        max(case when rank_in_cause = 1 then rule_code end) over (partition by connection_id, cause_key) as leading_rule_code,
        max(case when rank_in_cause = 1 then own_priority end) over (partition by connection_id, cause_key) as priority,
        coalesce(max(estimated_monthly_savings_usd) over (partition by connection_id, cause_key), 0) as savings_of_cause
    from ranked

),

beneath as (

    select
        connection_id,
        leading_rule_code,
        count(*) as recommendations,
        {{ fivetran_logs.listed('rule_code') }} as rule_codes
    from led
    where rank_in_cause > 1
    group by connection_id, leading_rule_code

)

select
    {{ dbt.hash("led.connection_id || '|' || led.rule_code") }} as recommendation_id,
    led.connection_id,
    led.connection_name,
    led.connector_name,
    led.destination_name,
    led.rule_code,
    led.category,
    led.priority,
    {{ fivetran_logs.as_rows(
        'row_number() over (order by ' ~ fivetran_logs.urgency_rank('led.priority')
        ~ ', led.savings_of_cause desc, led.paid_rows desc, led.leading_rule_code, led.connection_id, led.rank_in_cause)'
    ) }} as priority_rank,
    led.recommendation,
    led.evidence,
    led.expected_benefit,
    led.estimated_monthly_savings_usd,
    led.effort,
    led.documentation_url,
    led.cause,
    led.leading_rule_code,
    led.rank_in_cause = 1 as is_leading,
    case when led.rank_in_cause = 1 then beneath.rule_codes end as rules_beneath,
    {{ fivetran_logs.as_rows('case when led.rank_in_cause = 1 then coalesce(beneath.recommendations, 0) else 0 end') }} as recommendations_beneath,
    led.owner,
    led.team,
    led.cost_centre,
    led.environment,
    led.criticality,
    led.related_name
from led
left join beneath on led.connection_id = beneath.connection_id and led.leading_rule_code = beneath.leading_rule_code
