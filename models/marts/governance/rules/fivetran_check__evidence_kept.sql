-- History is long enough and has no gap
--
-- The history of syncs of every Platform schema goes back `fivetran_logs_check_retention_days`, or to the first set-up
-- where that is later, and no day since is without a sync. Today is not over and is not judged. A day on which nothing was
-- to sync looks like a day that was not kept: if such days are normal in your account, add an exception that says why.
--
-- Why it matters: An auditor asks for a period: what was not kept cannot be shown. A re-sync of the Platform connection
-- leaves only 7 days in the source, so a gap in what was built before never closes.
--
-- How to fix: Build every day, keep the database of the models, and never set `fivetran_logs_forget_history`.

with

days as (

    select
        connections.platform_schema,
        sync_days.activity_date,
        min(connections.set_up_at) as first_set_up_at
    from {{ ref('int_fivetran_log__connections') }} as connections
    inner join {{ ref('int_fivetran_log__sync_days') }} as sync_days on connections.connection_id = sync_days.connection_id
    where sync_days.activity_date <= {{ fivetran_logs.as_of_date() }} and sync_days.total_syncs > 0
    group by connections.platform_schema, sync_days.activity_date

),

wanted as (

    select
        platform_schema,
        min(activity_date) as first_date,
        greatest(
            coalesce(cast(min(first_set_up_at) as date), cast('0001-01-01' as date)),
            {{ fivetran_logs.date_add('day', '-(' ~ var('fivetran_logs_check_retention_days') ~ ')', fivetran_logs.as_of_date()) }}
        ) as wanted_from
    from days
    group by platform_schema

),

counted as (

    select
        wanted.platform_schema,
        wanted.first_date,
        wanted.wanted_from,
        greatest(wanted.first_date, wanted.wanted_from) as judged_from,
        {{ dbt.datediff('greatest(wanted.first_date, wanted.wanted_from)', fivetran_logs.as_of_date(), 'day') }}
        - count(days.activity_date) as days_without_syncs
    from wanted
    left join
        days
        on
            wanted.platform_schema = days.platform_schema
            and days.activity_date >= wanted.wanted_from
            and days.activity_date < {{ fivetran_logs.as_of_date() }}
    group by wanted.platform_schema, wanted.first_date, wanted.wanted_from

)

select
    platform_schema as object_id,
    platform_schema as object_name,
    first_date > {{ fivetran_logs.date_add('day', 1, 'wanted_from') }} or days_without_syncs > 0 as is_failing,
    case
        when days_without_syncs > 0
            then {{ fivetran_logs.counted('days_without_syncs', 'day') }} || ' without a sync since '
                || {{ fivetran_logs.date_in_words('judged_from') }}
        else 'the history begins on ' || {{ fivetran_logs.date_in_words('first_date') }}
    end as problem
from counted
