-- Users with a role have addresses of known domains
--
-- The e-mail address of each user who holds a role is of a domain in `fivetran_logs_check_domains`. Without a list
-- nothing can be judged.
--
-- Why it matters: Access of outsiders ends with a contract that nobody here sees end.
--
-- How to fix: Take the access back, or add the domain to the list, or write an exception until the end of the contract.

with

holders as (

    select distinct user_id from {{ ref('int_fivetran_log__access_grants') }}

)

select
    users.id as object_id,
    users.email as object_name,
    not {{ fivetran_logs.is_among(fivetran_logs.text_part('users.email', "'@'", 2), var('fivetran_logs_check_domains')) }} as is_failing,
    'has an address of another domain, ' || {{ fivetran_logs.text_part('users.email', "'@'", 2) }} as problem
from holders
inner join {{ ref('stg_fivetran_log__user') }} as users on holders.user_id = users.id
where not users._fivetran_deleted
