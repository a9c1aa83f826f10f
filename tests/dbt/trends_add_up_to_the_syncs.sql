{{ config(enabled=var('fivetran_logs_unit_tests', false)) }}

-- The days of a connection count each of its syncs once, and all their rows, also for connections that are gone.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

with

syncs as (

    select
        connection_id,
        sync_date as activity_date,
        count(*) as total_syncs,
        sum(rows_synced) as rows_synced
    from {{ ref('fct_fivetran_sync_performance') }}
    where {{ fivetran_logs.tested_rows('sync_date') }}
    group by connection_id, sync_date

),

trends as (

    select * from {{ ref('fct_fivetran_sync_performance_trends') }}
    where {{ fivetran_logs.tested_rows('activity_date') }}

)

select
    coalesce(syncs.connection_id, trends.connection_id) as connection_id,
    coalesce(syncs.activity_date, trends.activity_date) as activity_date,
    syncs.total_syncs,
    trends.total_syncs as total_syncs_in_trends
from syncs
full outer join trends on syncs.connection_id = trends.connection_id and syncs.activity_date = trends.activity_date
where
    coalesce(syncs.total_syncs, 0) <> coalesce(trends.total_syncs, 0)
    or coalesce(syncs.rows_synced, 0) <> coalesce(trends.rows_synced, 0)
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
