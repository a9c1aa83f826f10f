{{ config(enabled=var('fivetran_logs_unit_tests', false)) }}

-- The tables of a sync have no more rows than the sync, and exactly as many if every record names its table. Rows up to a day
-- older than the sync are included, because two clocks may differ.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

{%- set within = fivetran_logs.tested_rows('sync_started_at') %}
{%- set a_day_longer = fivetran_logs.tested_rows('last_event_at', more_days=1) %}

with

syncs as (

    select
        sync_key,
        rows_synced
    from {{ ref('fct_fivetran_sync_performance') }}
    where {{ within }}

),

tables as (

    select
        sync_key,
        sum(rows_synced) as rows_synced
    from {{ ref('int_fivetran_log__table_syncs') }}
    where {{ a_day_longer }}
    group by sync_key

),

unnamed as (

    select distinct sync_key
    from {{ ref('int_fivetran_log__sync_events') }}
    where message_event = 'records_modified' and table_name is null and {{ fivetran_logs.tested_rows('occurred_at', more_days=1) }}

)

select
    syncs.sync_key,
    syncs.rows_synced,
    tables.rows_synced as rows_of_tables
from syncs
left join tables on syncs.sync_key = tables.sync_key
left join unnamed on syncs.sync_key = unnamed.sync_key
where
    coalesce(tables.rows_synced, 0) > syncs.rows_synced
    or (unnamed.sync_key is null and coalesce(tables.rows_synced, 0) <> syncs.rows_synced)
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
