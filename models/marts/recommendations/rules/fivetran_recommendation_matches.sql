-- The matches of every rule in one list. The codes come from macros/rules/recommendation_rules.sql, which `make docs` writes from the
-- files in this folder.

{% for rule_code in fivetran_logs.recommendation_rules() -%}
select
    connection_id,
    '{{ rule_code }}' as rule_code,
    evidence,
    estimated_monthly_savings_usd
from {{ ref('fivetran_recommendation__' ~ rule_code) }}
{{ 'union all' if not loop.last }}
{% endfor %}
