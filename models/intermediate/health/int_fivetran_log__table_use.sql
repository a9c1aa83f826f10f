-- What is known of each table of a connection in the destination: its rows of this month, its changes of the last 30 days, Fivetran's
-- own columns in it, and whether the user's own dbt project reads it. Names differ in case between the sources of this, so they are lower.
{%- set this_month = fivetran_logs.month_of(fivetran_logs.as_of_date()) %}
{%- set measures = [
    'paid_rows', 'resynced_paid_rows', 'trial_rows', 'rows_updated', 'rows_deleted', 'is_written', 'keeps_history', 'keeps_deleted',
] %}

with

usage as (

    select
        connection_id,
        lower(schema_name) as schema_name,
        lower(table_name) as table_name,
        paid_active_rows as paid_rows,
        case when upper(sync_type) = 'HISTORICAL' then paid_active_rows else 0 end as resynced_paid_rows,
        case when free_type in ('CONNECTOR_TRIAL', 'ACCOUNT_TRIAL', 'TABLE_TRIAL') then free_active_rows else 0 end as trial_rows
    from {{ ref('int_fivetran_log__usage_rows') }}
    where
        is_counted and has_activations = 0 and connection_id is not null
        and month_date = {{ this_month }} and measured_date <= {{ fivetran_logs.as_of_date() }}

),

-- a write that changed nothing may name no schema: then nothing is to be counted
writes as (

    select
        connection_id,
        lower(schema_name) as schema_name,
        lower(table_name) as table_name,
        rows_updated,
        rows_deleted
    from {{ ref('int_fivetran_log__table_syncs') }}
    where
        last_event_at > {{ fivetran_logs.days_ago(30) }} and last_event_at <= {{ fivetran_logs.as_of() }}
        and schema_name is not null and table_name not in ({{ fivetran_logs.own_tables() }})

),

destination_tables as (

    select
        tables.id,
        tables.connection_id,
        lower(schemas.name) as schema_name,
        lower(tables.name) as table_name
    from {{ ref('stg_fivetran_log__destination_table') }} as tables
    inner join {{ ref('stg_fivetran_log__destination_schema') }} as schemas on tables.schema_id = schemas.id
    where tables.connection_id is not null

),

own_columns as (

    select
        table_id,
        max(case when lower(name) = '_fivetran_active' then 1 else 0 end) as keeps_history,
        max(case when lower(name) = '_fivetran_deleted' then 1 else 0 end) as keeps_deleted
    from {{ ref('stg_fivetran_log__destination_column') }}
    where lower(name) in ('_fivetran_active', '_fivetran_deleted')
    group by table_id

),

parts as (

    select
        connection_id,
        schema_name,
        table_name,
        paid_rows,
        resynced_paid_rows,
        trial_rows,
        0 as rows_updated,
        0 as rows_deleted,
        0 as is_written,
        0 as keeps_history,
        0 as keeps_deleted
    from usage

    union all

    select
        connection_id,
        schema_name,
        table_name,
        0 as paid_rows,
        0 as resynced_paid_rows,
        0 as trial_rows,
        coalesce(rows_updated, 0) as rows_updated,
        coalesce(rows_deleted, 0) as rows_deleted,
        1 as is_written,
        0 as keeps_history,
        0 as keeps_deleted
    from writes

    union all

    select
        destination_tables.connection_id,
        destination_tables.schema_name,
        destination_tables.table_name,
        0 as paid_rows,
        0 as resynced_paid_rows,
        0 as trial_rows,
        0 as rows_updated,
        0 as rows_deleted,
        0 as is_written,
        own_columns.keeps_history,
        own_columns.keeps_deleted
    from destination_tables
    inner join own_columns on destination_tables.id = own_columns.table_id

),

tables as (

    select
        connection_id,
        schema_name,
        table_name,
        {%- for measure in measures %}
        {{ fivetran_logs.sum_rows(measure) if 'rows' in measure else 'max(' ~ measure ~ ')' }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from parts
    group by 1, 2, 3

),

readers as (

    select * from {{ fivetran_logs.seed_table('fivetran_dbt_readers') }}

),

known_readers as (

    select count(*) as tables_read
    from readers

)

select
    tables.connection_id,
    tables.schema_name,
    tables.table_name,
    {%- for measure in measures %}
    tables.{{ measure }},
    {%- endfor %}
    case when known_readers.tables_read > 0 then coalesce(readers.downstream_models + readers.downstream_exposures, 0) end as readers
from tables
cross join known_readers
left join readers on tables.schema_name = lower(readers.schema_name) and tables.table_name = lower(readers.table_name)
