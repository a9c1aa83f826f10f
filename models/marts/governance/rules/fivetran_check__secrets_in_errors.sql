-- Error messages hold no secrets
--
-- No warning or error of the period has a text that looks like a password, a key or a token. One row per connection with
-- warnings or errors.
--
-- Why it matters: Error messages are copied into tickets, chats and reports, and a secret travels with them.
--
-- How to fix: Change the secret at its source, then keep it out of the message: Fivetran support can help where a driver
-- prints it.

with

issues as (

    select
        connection_id,
        case
            when
                error_message like '%[secret]%'
                or {{ fivetran_logs.regexp_found('lower(error_message)', "'" ~ var('fivetran_logs_check_secret_texts') ~ "'") }}
                then 1
            else 0
        end as has_secret
    from {{ ref('int_fivetran_log__issues') }}
    where
        connection_id is not null
        and occurred_at > {{ fivetran_logs.days_ago(var('fivetran_logs_check_days')) }}
        and occurred_at <= {{ fivetran_logs.as_of() }}

),

counted as (

    select
        connection_id,
        sum(has_secret) as messages_with_secrets
    from issues
    group by connection_id

)

select
    counted.connection_id as object_id,
    coalesce(connections.connection_name, counted.connection_id) as object_name,
    counted.messages_with_secrets > 0 as is_failing,
    {{ fivetran_logs.counted('counted.messages_with_secrets', 'message') }} || ' with what looks like a secret' as problem
from counted
left join {{ ref('int_fivetran_log__connections') }} as connections on counted.connection_id = connections.connection_id
