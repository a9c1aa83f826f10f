{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Connections whose source another, older connection reads as well. The host and the database are what somebody entered when he set it
-- up or edited it last; a connection of which the log does not tell them has no twin.

with

settings as (

    select
        connection_id,
        event_key,
        occurred_at,
        {{ fivetran_logs.json_document('properties', ['host', 'port', 'database']) }} as document
    from {{ ref('int_fivetran_log__events') }}
    where
        log_source = 'log' and connection_id is not null and properties is not null
        and occurred_at <= {{ fivetran_logs.as_of() }}
        and message_event in ('create_connection', 'create_connector', 'edit_connection', 'edit_connector')

),

hosts as (

    select
        connection_id,
        lower(trim({{ fivetran_logs.json_field('document', 'host') }})) as host,
        trim({{ fivetran_logs.json_field('document', 'port') }}) as port,
        lower(trim({{ fivetran_logs.json_field('document', 'database') }})) as database_name,
        row_number() over (partition by connection_id order by occurred_at desc, event_key) as newest_first
    from settings
    where nullif(trim({{ fivetran_logs.json_field('document', 'host') }}), '') is not null

),

connections as (

    select
        connections.connection_id,
        connections.connection_name,
        connections.connector_type,
        coalesce(connections.set_up_at, {{ fivetran_logs.as_of() }}) as set_up_at,
        hosts.host,
        coalesce(hosts.port, '') as port,
        coalesce(hosts.database_name, '') as database_name
    from {{ ref('int_fivetran_log__connections') }} as connections
    inner join hosts on connections.connection_id = hosts.connection_id and hosts.newest_first = 1
    where not connections.is_deleted and not connections.is_paused

),

tables as (

    select
        connection_id,
        table_name,
        count(*) over (partition by connection_id) as tables_of_connection
    from {{ ref('int_fivetran_log__table_use') }}
    where is_written = 1
    group by connection_id, table_name

),

shared as (

    select
        younger.connection_id,
        older.connection_id as twin_id,
        older.connection_name as twin_name,
        max(mine.tables_of_connection) as tables_of_connection,
        count(*) as shared_tables
    from connections as younger
    inner join connections as older
        on
            younger.connector_type = older.connector_type
            and younger.host = older.host
            and younger.port = older.port
            and younger.database_name = older.database_name
            and (
                younger.set_up_at > older.set_up_at
                or younger.set_up_at = older.set_up_at and younger.connection_id > older.connection_id
            )
    inner join tables as mine on younger.connection_id = mine.connection_id
    inner join tables as theirs on older.connection_id = theirs.connection_id and mine.table_name = theirs.table_name
    group by younger.connection_id, older.connection_id, older.connection_name

),

ranked as (

    select
        *,
        row_number() over (partition by connection_id order by shared_tables desc, twin_name, twin_id) as most_shared_first
    from shared

)

select
    connection_id,
    twin_name,
    shared_tables,
    tables_of_connection
from ranked
where most_shared_first = 1
