with

days as (

    select
        *,
        {{ dbt.datediff('sync_date', as_of_date, 'day') }} as days_ago
    from {{ ref('fct_fivetran_table_volumes') }}
    where sync_date > {{ fivetran_logs.date_add('day', -30, as_of_date) }} and sync_date <= {{ as_of_date }}

),

tables as (

    select
        connection_id,
        schema_name,
        table_name,
        sum(case when days_ago between 1 and 7 then rows_synced end) as rows_last_7d,
        -- like with like: only days for which a number is expected
        sum(case when days_ago between 1 and 7 and expected_rows is not null then rows_synced end) as compared_rows_last_7d,
        sum(case when days_ago between 1 and 7 then expected_rows end) as expected_rows_last_7d,
        min(case when rows_synced > 0 then days_ago end) as last_rows_days_ago,
        max(case when rows_synced > 0 then sync_date end) as last_rows_date,
        sum(case when anomaly is not null then 1 else 0 end) as anomalies_last_30d,
        sum(rows_synced) as rows_last_30d
    from days
    group by connection_id, schema_name, table_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by connection_id
            order by
                case when last_rows_days_ago between 2 and 8 then 0 else 1 end,
                rows_last_30d desc,
                schema_name,
                table_name
        ) as place,
        count(*) over () as all_rows
    from tables

),

listed as (

    select * from ranked where place <= 10

),

quiet as (

    select *
    from listed
    where last_rows_days_ago >= 2 or last_rows_days_ago is null

),

dropped as (

    select
        tables.connection_id,
        tables.schema_name,
        tables.table_name,
        max(changes.change_detected_at) as dropped_at
    from quiet as tables
    inner join {{ ref('fct_fivetran_schema_change_history') }} as changes
        on tables.connection_id = changes.connection_id
            and tables.schema_name = changes.schema_name
            and tables.table_name = changes.table_name
            and changes.change_level = 'table'
            and changes.change_type = 'dropped'
            and changes.change_date >= tables.last_rows_date
    group by tables.connection_id, tables.schema_name, tables.table_name

),

changed as (

    select
        tables.connection_id,
        tables.schema_name,
        tables.table_name,
        max(changes.occurred_at) as changed_at
    from quiet as tables
    inner join {{ ref('fct_fivetran_configuration_changes') }} as changes
        on tables.connection_id = changes.connection_id
            and cast(changes.occurred_at as date) >= tables.last_rows_date
            and {{ fivetran_logs.setting_names_a_table() }}
    group by tables.connection_id, tables.schema_name, tables.table_name

),

reasons as (

    select
        tables.connection_id,
        tables.schema_name,
        tables.table_name,
        {{ fivetran_logs.why_a_table_is_quiet() }} as quiet_reason
    from quiet as tables
    inner join {{ ref('fct_fivetran_connector_health') }} as health
        on tables.connection_id = health.connection_id and not health.is_deleted
    left join {{ ref('fct_fivetran_incidents') }} as incidents
        on tables.connection_id = incidents.connection_id and incidents.is_open
    left join dropped
        on tables.connection_id = dropped.connection_id
            and tables.schema_name = dropped.schema_name
            and tables.table_name = dropped.table_name
    left join changed
        on tables.connection_id = changed.connection_id
            and tables.schema_name = changed.schema_name
            and tables.table_name = changed.table_name

)

select
    listed.connection_id as connection,
    listed.schema_name,
    listed.table_name,
    listed.rows_last_7d,
    listed.compared_rows_last_7d,
    listed.expected_rows_last_7d,
    listed.last_rows_days_ago,
    reasons.quiet_reason,
    listed.anomalies_last_30d,
    listed.all_rows
from listed
left join reasons
    on listed.connection_id = reasons.connection_id
        and listed.schema_name = reasons.schema_name
        and listed.table_name = reasons.table_name
order by listed.anomalies_last_30d desc, listed.rows_last_30d desc, listed.connection_id, listed.place
