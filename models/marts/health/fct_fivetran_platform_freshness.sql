with

known_until as (

    select * from {{ ref('int_fivetran_log__known_until') }}

),

connections as (

    select
        platform_schema,
        count(*) as connections
    from {{ ref('int_fivetran_log__connections') }}
    where not is_deleted
    group by platform_schema

)

select
    known_until.platform_schema,
    known_until.known_until_at,
    {{ fivetran_logs.as_of() }} as as_of_at,
    {{ fivetran_logs.as_double('known_until.minutes_behind / 60.0') }} as hours_behind,
    {{ fivetran_logs.as_double('known_until.expected_gap_minutes') }} as expected_gap_minutes,
    known_until.minutes_behind > known_until.expected_gap_minutes as is_late,
    {{ fivetran_logs.as_rows('coalesce(connections.connections, 0)') }} as connections
from known_until
left join connections on known_until.platform_schema = connections.platform_schema
