-- Connection without an owner
--
-- The seed of owners names other connections, but not this one. If the seed is empty, the account does not use it and
-- gets no such recommendation.
--
-- Why it matters: If it breaks, its owner is unknown, and its cost cannot be charged to a team.
--
-- How to fix: Add a row to seeds/fivetran_connection_owners.csv with the connection's id or name, then build.

select
    connection_id,
    {{ fivetran_logs.in_words("'It has no owner in fivetran_connection_owners.'") }} as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and not is_owned
    and exists (select 1 from {{ ref('int_fivetran_log__rule_inputs') }} as owned_inputs where owned_inputs.is_owned)
