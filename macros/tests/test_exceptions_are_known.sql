{#- Fails for each exception that silences nothing, because no rule has its code or no connection has its id or name. -#}
{% test exceptions_are_known(model) %}
with

names as (

    select lower(connection_id) as name from {{ ref('int_fivetran_log__connections') }}
    union all
    select lower(connection_name) as name from {{ ref('int_fivetran_log__connections') }}

),

judged as (

    select
        *,
        lower(rule_code) in ('{{ fivetran_logs.recommendation_rules() | join("', '") }}') as is_rule,
        lower(connection_name) in (select name from names where name is not null) as is_connection
    from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }}

)

select
    case when is_rule then 'no such connection' else 'no such rule' end as does_not_hold,
    judged.*
from judged
where not is_rule or not is_connection
{% endtest %}
