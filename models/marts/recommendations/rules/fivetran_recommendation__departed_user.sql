-- Set up by somebody who left
--
-- The connection runs under the authorization of a user who has been removed from the account. A user whom the source does not
-- list at all is no proof, and gives no recommendation.
--
-- Why it matters: Nobody can renew the authorization when it expires, and access that a person no longer has goes on working.
--
-- How to fix: Let a service account authorize the connection again, and revoke the old token at the source.

select
    connection_id,
    {{ fivetran_logs.in_words("'The user who connected it has left the account.'") }} as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and departed_user is not null
