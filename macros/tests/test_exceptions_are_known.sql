{#- Fails for each exception that silences nothing, because no rule has its code or no connection has its id or name. -#}
{% test exceptions_are_known(model) %}
select
    exceptions.*,
    case
        when lower(exceptions.rule_code) not in ('{{ fivetran_logs.recommendation_rules() | join("', '") }}') then 'no such rule'
        else 'no such connection'
    end as does_not_hold
from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }} as exceptions
where
    lower(exceptions.rule_code) not in ('{{ fivetran_logs.recommendation_rules() | join("', '") }}')
    or not exists (
        select 1 from {{ ref('int_fivetran_log__connections') }} as connections
        where lower(exceptions.connection_name) in (lower(connections.connection_id), lower(connections.connection_name))
    )
{% endtest %}
