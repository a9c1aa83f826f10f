-- API secrets are made by the people who may
--
-- Each API secret that was made in the period was made by a user of the list `fivetran_logs_check_secret_owners`.
-- Without a list nothing can be judged. One row per user who made one.
--
-- Why it matters: An API secret can do what its user can, from anywhere, without a second factor.
--
-- How to fix: Ask the user what it is for, and revoke it or add the user to the list.

with

secrets as (

    select
        coalesce(user_id, actor) as actor,
        count(*) as api_secrets,
        max(occurred_at) as last_made_at
    from {{ ref('int_fivetran_log__actions') }}
    where
        action_type = 'generate_api_secret'
        and occurred_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and occurred_at <= {{ fivetran_logs.as_of() }}
    group by coalesce(user_id, actor)

)

select
    coalesce(secrets.actor, 'unknown') as object_id,
    coalesce(users.email, secrets.actor, 'unknown') as object_name,
    not {{ fivetran_logs.is_among("coalesce(users.email, secrets.actor, '')", var('fivetran_logs_check_secret_owners')) }} as is_failing,
    'made ' || {{ fivetran_logs.counted('secrets.api_secrets', 'API secret') }} || ', the last on '
    || {{ fivetran_logs.date_in_words('secrets.last_made_at') }} as problem
from secrets
left join {{ ref('stg_fivetran_log__user') }} as users on secrets.actor = users.id
