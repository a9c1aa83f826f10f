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
        -- what tells of the connection's problem is as urgent as that problem
        case
            when matches.rule_code in ({{ fivetran_logs.problem_rules() }}) then coalesce(inputs.severity, rules.priority)
            else rules.priority
        end as priority,
        rules.recommendation,
        matches.evidence,
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

)

select
    {{ dbt.hash("connection_id || '|' || rule_code") }} as recommendation_id,
    connection_id,
    connection_name,
    connector_name,
    destination_name,
    rule_code,
    category,
    priority,
    cast(row_number() over (
        order by
            case priority when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
            coalesce(estimated_monthly_savings_usd, 0) desc,
            paid_rows desc,
            rule_code,
            connection_id
    ) as {{ dbt.type_bigint() }}) as priority_rank,
    recommendation,
    evidence,
    expected_benefit,
    estimated_monthly_savings_usd,
    effort,
    documentation_url,
    owner,
    team,
    cost_centre,
    environment,
    criticality
from recommended
