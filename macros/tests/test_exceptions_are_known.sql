{#- Fails for each exception that silences nothing: no rule has its code, no connection has its id or name, or it is of a compliance check
    and lacks an end or a reason. -#}
{% test exceptions_are_known(model) %}
{%- if fivetran_logs.tested_together(['model.fivetran_logs.int_fivetran_log__connections', 'seed.fivetran_logs.fivetran_recommendation_exceptions']) %}
with

names as (

    select lower(connection_id) as name from {{ ref('int_fivetran_log__connections') }}
    union all
    select lower(connection_name) as name from {{ ref('int_fivetran_log__connections') }}

),

known as (

    select distinct name from names

),

judged as (

    select
        exceptions.*,
        lower(exceptions.rule_code) in ('{{ fivetran_logs.recommendation_rules() | join("', '") }}') as is_rule,
        lower(exceptions.rule_code) in ('{{ fivetran_logs.compliance_checks() | join("', '") }}') as is_check,
        known.name is not null as is_connection
    from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }} as exceptions
    left join known on lower(exceptions.connection_name) = known.name

)

select
    case
        when is_rule then 'no such connection'
        when is_check then 'an exception of a check needs an end and a reason'
        else 'no such rule or check'
    end as does_not_hold,
    judged.*
from judged
where
    is_rule and not is_connection
    or is_check and (until_date is null or coalesce(trim(reason), '') = '')
    or not is_rule and not is_check
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
{% endtest %}
