-- Rows and freshness of every relation. `fivetran-logs query table_row_counts` runs it.


-- name: table_row_counts
-- subject: data check
-- description: Rows, newest time and age of every source table, staging, intermediate and mart relation.
-- description: Source tables are counted in the staging views, which exist whatever the account lacks. Models come from
-- description: dbt's graph, so a new model needs no change here; its newest time is the first column of the list below
-- description: that its YAML describes.
{%- set time_columns = [
    '_fivetran_synced', 'loaded_at', 'last_event_at', 'occurred_at', 'change_detected_at', 'sync_completed_at', 'sync_at',
    'sync_started_at', 'last_sync_at', 'last_seen_at', 'write_completed_at', 'report_date', 'activity_date', 'sync_date',
    'started_at', 'cause_at', 'check_date', 'run_date', 'granted_at', 'measured_date', 'month_date', 'charge_period_start', 'linked_at', 'calendar_date', 'date_day',
] %}
{%- set layers = {'staging': 1, 'intermediate': 2, 'marts': 3} %}
with counted as (
    {%- if execute %}
    {%- set found = [] %}
    {%- for node in graph.nodes.values() | sort(attribute='name') %}
        {%- if node.resource_type == 'model' and node.package_name == 'fivetran_logs' and node.fqn[1] in layers and node.config.enabled and node.config.materialized != 'ephemeral' %}
            {%- do found.append(node) %}
        {%- endif %}
    {%- endfor %}
    {%- for node in found %}
    {%- set described = node.columns.keys() | list %}
    {%- set times = [] %}
    {%- for column in time_columns if column in described %}
        {%- do times.append(column) %}
    {%- endfor %}
    select
        {{ layers[node.fqn[1]] }} as layer_position,
        '{{ 'mart' if node.fqn[1] == 'marts' else node.fqn[1] }}' as layer,
        '{{ node.name }}' as table_name,
        count(*) as row_count,
        {% if times %}cast(max({{ times[0] }}) as {{ fivetran_logs.type_utc_timestamp() }}){% else %}cast(null as {{ fivetran_logs.type_utc_timestamp() }}){% endif %} as newest_at
    from {{ api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
    {%- else %}
    select 0 as layer_position, 'parsing' as layer, 'parsing' as table_name, 0 as row_count, cast(null as {{ fivetran_logs.type_utc_timestamp() }}) as newest_at
    {%- endif %}
),
with_sources as (
    select
        0 as layer_position,
        'source' as layer,
        replace(table_name, 'stg_fivetran_log__', '') as table_name,
        row_count,
        newest_at
    from counted
    where layer = 'staging'
    union all
    select
        layer_position,
        layer,
        table_name,
        row_count,
        newest_at
    from counted
)
select
    layer,
    table_name,
    row_count,
    newest_at,
    {{ dbt.datediff('newest_at', as_of(), 'hour') }} as hours_before_as_of
from with_sources
order by layer_position, table_name;
