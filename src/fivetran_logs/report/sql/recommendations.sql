select
    connection_id as connection,
    rule_code,
    leading_rule_code,
    is_leading,
    category,
    priority,
    priority_rank,
    recommendation,
    evidence,
    expected_benefit,
    estimated_monthly_savings_usd,
    effort,
    documentation_url,
    related_name
from {{ ref('fct_fivetran_connector_recommendations') }}
order by priority_rank
