with

matches as (

    select * from {{ ref('fivetran_recommendation_matches') }}

),

inputs as (

    select * from {{ ref('int_fivetran_log__rule_inputs') }}

),

rules as (

    select * from {{ ref('fivetran_recommendation_rules') }}
    where is_enabled

),

-- an exception is valid up to and including its last day
exceptions as (

    select * from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }}
    where until_date is null or until_date >= {{ fivetran_logs.as_of_date() }}

)

select
    {{ dbt.hash("matches.connection_id || '|' || matches.rule_code") }} as recommendation_id,
    matches.connection_id,
    inputs.connection_name,
    inputs.connector_name,
    inputs.destination_name,
    matches.rule_code,
    rules.category,
    rules.priority,
    cast(row_number() over (
        order by
            case rules.priority when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
            coalesce(matches.estimated_monthly_savings_usd, 0) desc,
            greatest(inputs.paid_rows_this_month, inputs.paid_rows_last_month) desc,
            matches.rule_code,
            matches.connection_id
    ) as {{ dbt.type_bigint() }}) as priority_rank,
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
    inputs.criticality
from matches
inner join rules on matches.rule_code = rules.rule_code
inner join inputs on matches.connection_id = inputs.connection_id
left join exceptions
    on
        lower(exceptions.rule_code) = matches.rule_code
        and lower(exceptions.connection_name) in (lower(inputs.connection_id), lower(inputs.connection_name))
where exceptions.rule_code is null
