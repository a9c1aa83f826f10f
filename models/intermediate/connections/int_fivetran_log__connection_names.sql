{{ config(materialized=fivetran_logs.step_materialization()) }}

-- incremental_mar names a connection and a destination, but has no id. This model uses every row a connection ever had, so that usage
-- under an old name, in an old destination, or of a deleted connection still finds its id. If a name was used again, each
-- connection has it from its set-up until the set-up of the next one; the first has it from the beginning of time.

with

connections as (

    select * from {{ ref('stg_fivetran_log__connection') }}
    where
        connection_id is not null
        and connection_name is not null
        and (signed_up is null or signed_up <= {{ fivetran_logs.as_of() }})

),

bearers as (

    select
        connection_name,
        destination_id,
        connection_id,
        min(coalesce(signed_up, cast('0001-01-01' as {{ fivetran_logs.type_utc_timestamp() }}))) as set_up_at
    from connections
    group by connection_name, destination_id, connection_id

),

-- of several set up on one day, the last has the name: with one connection a day, usage cannot double
ranked as (

    select
        connection_name,
        destination_id,
        connection_id,
        cast(set_up_at as date) as valid_from_date,
        row_number() over (
            partition by connection_name, destination_id, cast(set_up_at as date)
            order by set_up_at desc nulls last, connection_id
        ) as rank_in_day
    from bearers

),

dated as (

    select * from ranked
    where rank_in_day = 1

)

select
    connection_name,
    destination_id,
    connection_id,
    case
        when row_number() over (partition by connection_name, destination_id order by valid_from_date) = 1
            then cast('0001-01-01' as date)
        else valid_from_date
    end as valid_from_date,
    coalesce(
        lead(valid_from_date) over (partition by connection_name, destination_id order by valid_from_date),
        cast('9999-12-31' as date)
    ) as valid_before_date
from dated
