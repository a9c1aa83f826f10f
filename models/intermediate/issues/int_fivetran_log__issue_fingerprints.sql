-- Whether a thing goes wrong once or again and again, per connection (issues of the account have a null connection).

with

issues as (

    select
        issues.*,
        case when echoes.error_id is null then 1 else 0 end as is_counted
    from {{ ref('int_fivetran_log__issues') }} as issues
    left join {{ ref('int_fivetran_log__issue_echoes') }} as echoes on issues.error_id = echoes.error_id

),

everywhere as (

    select
        error_fingerprint,
        cast(count(distinct connection_id) as {{ dbt.type_bigint() }}) as affected_connections
    from issues
    group by error_fingerprint

),

tables as (

    select
        error_fingerprint,
        {{ fivetran_logs.as_rows('count(*)') }} as affected_tables
    from {{ ref('int_fivetran_log__affected_tables') }}
    group by error_fingerprint

),

-- the moment from which an issue is a recurring one: when its second sync (or, without syncs, its second day) shows it
sightings as (

    select
        connection_id,
        error_fingerprint,
        case when sync_key is null then 0 else 1 end as is_in_sync,
        coalesce(sync_key, cast(error_date as {{ dbt.type_string() }})) as sighting,
        min(occurred_at) as seen_at
    from issues
    group by 1, 2, 3, 4

),

numbered_sightings as (

    select
        *,
        row_number() over (
            partition by connection_id, error_fingerprint, is_in_sync order by seen_at, sighting
        ) as sighting_number
    from sightings

),

recurrences as (

    select
        connection_id,
        error_fingerprint,
        min(seen_at) as recurring_since_at
    from numbered_sightings
    where sighting_number = 2
    group by 1, 2

),

on_connection as (

    select
        connection_id,
        error_fingerprint,
        {{ fivetran_logs.sum_rows('is_counted') }} as occurrences,
        {{ fivetran_logs.sum_rows("case when occurred_at > " ~ fivetran_logs.days_ago(7) ~ " then is_counted else 0 end") }} as occurrences_last_7d,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from issues
    group by 1, 2

)

select
    on_connection.connection_id,
    on_connection.error_fingerprint,
    on_connection.occurrences,
    on_connection.occurrences_last_7d,
    on_connection.first_seen_at,
    on_connection.last_seen_at,
    recurrences.recurring_since_at,
    recurrences.recurring_since_at is not null as is_recurring_error,
    everywhere.affected_connections,
    coalesce(tables.affected_tables, 0) as affected_tables
from on_connection
left join recurrences
    on
        coalesce(on_connection.connection_id, '') = coalesce(recurrences.connection_id, '')
        and on_connection.error_fingerprint = recurrences.error_fingerprint
left join everywhere on on_connection.error_fingerprint = everywhere.error_fingerprint
left join tables on on_connection.error_fingerprint = tables.error_fingerprint
