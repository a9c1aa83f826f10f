-- Users with a role are persons
--
-- No user who holds a role has an address that looks shared, such as admin@ or team@.
--
-- Why it matters: What a shared account did, nobody did.
--
-- How to fix: Give each person a user, and integrations an API key.

with

holders as (

    select distinct user_id from {{ ref('int_fivetran_log__access_grants') }}

)

select
    users.id as object_id,
    users.email as object_name,
    {{ fivetran_logs.regexp_found('lower(users.email)', "'" ~ var('fivetran_logs_check_shared_addresses') ~ "'") }} as is_failing,
    'has an address that looks shared' as problem
from holders
inner join {{ ref('stg_fivetran_log__user') }} as users on holders.user_id = users.id
where not users._fivetran_deleted
