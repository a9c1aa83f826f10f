-- Ten diagnostics, from the source to the marts. `fivetran-logs query check_source` runs one.
-- Each row answers one question: what was looked at, how many rows there are, is that `ok`, `empty` or `wrong`, and why.
-- Source figures are counted through staging, which stands for the source and exists whatever the account lacks.


-- name: check_source
-- subject: data check
-- description: Has the Platform connector delivered its tables? One row per source table, with the likely cause where it is empty.
{%- set every = 'Every account has this table: the Platform connection has not synced yet, the table is deselected, or fivetran_platform_schema names another schema.' %}
{%- set enterprise = 'Accounts on the Enterprise plan have this table: on other plans it is missing, and nothing is wrong.' %}
{%- set roles = 'Filled only where role-based access control is in use.' %}
{%- set sources = [
    ('log', every),
    ('connection', every),
    ('destination', every),
    ('account', every),
    ('user', every),
    ('connector_type', every),
    ('incremental_mar', 'No row was active yet: every connection is new or paused, or the table is deselected.'),
    ('usage_cost', 'Accounts that pay in credits have credits_used in its place: costs in dollars are then null.'),
    ('credits_used', 'Only older contracts have this table: newer ones have usage_cost.'),
    ('transformation_runs', 'No transformation has run in Fivetran.'),
    ('connector_sdk_log', 'No Connector SDK connection has logged anything.'),
    ('audit_trail', enterprise),
    ('source_schema', enterprise),
    ('source_table', enterprise),
    ('source_column', enterprise),
    ('source_foreign_key', enterprise),
    ('destination_schema', enterprise),
    ('destination_table', enterprise),
    ('destination_column', enterprise),
    ('schema_lineage', enterprise),
    ('table_lineage', enterprise),
    ('column_lineage', enterprise),
    ('source_schema_change_event', enterprise),
    ('source_table_change_event', enterprise),
    ('source_column_change_event', enterprise),
    ('destination_schema_change_event', enterprise),
    ('destination_table_change_event', enterprise),
    ('destination_column_change_event', enterprise),
    ('team', roles),
    ('team_membership', roles),
    ('role', roles),
    ('role_permission', roles),
    ('role_connector_type', roles),
    ('resource_membership', roles),
    ('destination_membership', 'Only older accounts have this table.'),
] %}
with counted as (
    {%- for table_name, why_empty in sources %}
    select
        {{ loop.index }} as position,
        '{{ table_name }}' as source_table,
        count(*) as row_count,
        '{{ why_empty }}' as why_empty
    from {{ ref('stg_fivetran_log__' ~ table_name) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)
select
    'source' as check_name,
    case when row_count = 0 then 'empty' else 'ok' end as status,
    'rows of ' || source_table as what,
    row_count,
    case when row_count = 0 then why_empty else 'The table has arrived.' end as explanation
from counted
order by position;

-- name: check_staging
-- subject: data check
-- description: Does staging read the source rightly? Keys, times and severities that every later layer rests on.
with log_rows as (
    select
        count(*) as total,
        sum(case when time_stamp is null then 1 else 0 end) as without_time,
        sum(case when message_event is null then 1 else 0 end) as without_event,
        sum(case when upper(event) in ('INFO', 'WARNING', 'SEVERE') then 0 else 1 end) as without_severity,
        sum(case when lower(message_event) = 'sync_start' and sync_id is null then 1 else 0 end) as starts_without_sync_id,
        sum(case when time_stamp > {{ as_of() }} then 1 else 0 end) as in_the_future,
        count(distinct platform_schema) as platform_schemas
    from {{ ref('stg_fivetran_log__log') }}
),
connection_rows as (
    select
        count(*) as total,
        count(distinct connection_id) as connections,
        sum(case when connection_id is null then 1 else 0 end) as without_id,
        sum(case when sync_frequency is null then 1 else 0 end) as without_frequency
    from {{ ref('stg_fivetran_log__connection') }}
),
unknown_connections as (
    select count(distinct log.connection_id) as total
    from {{ ref('stg_fivetran_log__log') }} as log
    left join {{ ref('stg_fivetran_log__connection') }} as connections on log.connection_id = connections.connection_id
    where connections.connection_id is null
),
usage_rows as (
    select
        count(*) as total,
        sum(case when measured_date is null or incremental_rows is null then 1 else 0 end) as incomplete
    from {{ ref('stg_fivetran_log__incremental_mar') }}
),
checks as (
    select
        1 as position,
        case when total = 0 then 'empty' when without_time > 0 then 'wrong' else 'ok' end as status,
        'log rows without a time' as what,
        coalesce(without_time, 0) as row_count,
        case
            when total = 0 then 'The log is empty: run check_source.'
            when without_time > 0 then 'Their time could not be read. They take the time of their arrival: look at the type of time_stamp in the source.'
            else 'Every log row says when it happened.'
        end as explanation
    from log_rows
    union all
    select
        2,
        case when total = 0 then 'empty' when without_event = total then 'wrong' else 'ok' end,
        'log rows without message_event',
        coalesce(without_event, 0),
        case
            when total = 0 then 'The log is empty: run check_source.'
            when without_event = total then 'The column message_event is missing or deselected: nothing can be said about syncs.'
            when without_event > 0 then 'These rows say too little to be used. They count nowhere.'
            else 'Every log row names its event.'
        end
    from log_rows
    union all
    select
        3,
        case when total = 0 then 'empty' when without_severity = total then 'wrong' else 'ok' end,
        'log rows whose severity is none of INFO, WARNING, SEVERE',
        coalesce(without_severity, 0),
        case
            when total = 0 then 'The log is empty: run check_source.'
            when without_severity = total then 'The column event is missing or deselected: warnings cannot be told from the rest.'
            when without_severity > 0 then 'A severity that Fivetran does not document. These rows are no issues.'
            else 'Every severity is known.'
        end
    from log_rows
    union all
    select
        4,
        case when total = 0 then 'empty' else 'ok' end,
        'sync_start events without a sync_id',
        coalesce(starts_without_sync_id, 0),
        case
            when total = 0 then 'The log is empty: run check_source.'
            when starts_without_sync_id > 0 then 'A log from before 2022, or the column sync_id is deselected: these syncs run from one sync_start to the next.'
            else 'Every sync carries its id.'
        end
    from log_rows
    union all
    select
        5,
        'ok',
        'log rows stamped after as-of',
        coalesce(in_the_future, 0),
        case
            when in_the_future > 0 then 'They are kept, and count once as-of has passed them. Is fivetran_logs_as_of set to an old instant?'
            else 'No event lies in the future.'
        end
    from log_rows
    union all
    select
        6,
        case when total = 0 then 'empty' else 'ok' end,
        'Platform schemas read',
        platform_schemas,
        case
            when total = 0 then 'The log is empty: run check_source.'
            when platform_schemas > 1 then 'Several Platform schemas are read as one.'
            else 'One Platform schema is read.'
        end
    from log_rows
    union all
    select
        7,
        case when total = 0 then 'empty' when without_id > 0 then 'wrong' else 'ok' end,
        'connection rows without an id',
        coalesce(without_id, 0),
        case
            when total = 0 then 'No connection is known: run check_source. Names and frequencies will be null everywhere.'
            when without_id > 0 then 'A connection without an id can be joined to nothing: look at the source table.'
            else 'Every connection row has its id.'
        end
    from connection_rows
    union all
    select
        8,
        case when total = 0 then 'empty' else 'ok' end,
        'connection rows beyond one per connection',
        total - connections,
        case
            when total = 0 then 'No connection is known: run check_source.'
            when total > connections then 'Connections that were renamed, moved or deleted have several rows. The living, latest one counts.'
            else 'One row per connection.'
        end
    from connection_rows
    union all
    select
        9,
        case when total = 0 then 'empty' else 'ok' end,
        'connection rows without a sync frequency',
        coalesce(without_frequency, 0),
        case
            when total = 0 then 'No connection is known: run check_source.'
            when without_frequency > 0 then 'For these a delay is judged by fivetran_logs_delay_default_hours.'
            else 'Every connection says how often it syncs.'
        end
    from connection_rows
    union all
    select
        10,
        'ok',
        'connections in the log that the connection table does not know',
        total,
        case
            when total > 0 then 'Removed long ago, or of a destination that this Platform connection does not cover. Their rows stay, with null names.'
            else 'The connection table knows every connection in the log.'
        end
    from unknown_connections
    union all
    select
        11,
        case when total = 0 then 'empty' when incomplete > 0 then 'wrong' else 'ok' end,
        'usage rows without a date or a count',
        coalesce(incomplete, 0),
        case
            when total = 0 then 'There is no usage: run check_mar.'
            when incomplete > 0 then 'They count as no rows of no month: look at measured_date and incremental_rows in the source.'
            else 'Every usage row has its date and its count.'
        end
    from usage_rows
)
select
    'staging' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_intermediate
-- subject: data check
-- description: Has every intermediate model rows? Where not, whether the layer below explains it.
{%- set reasons = {
    'actions': 'No audit trail (a matter of plan), and no log event that names an actor.',
    'api_days': 'The log holds no extract_summary, api_call or sql_query.',
    'calendar': 'There are no days to report on: fivetran_logs_report_days is 0.',
    'connection_events': 'Nothing happened in the days of the report.',
    'connection_health': 'No connection is known.',
    'connection_names': 'The connection table is empty.',
    'connection_states': 'No connection is known.',
    'connection_windows': 'No connection is known.',
    'connections': 'The connection table is empty.',
    'events': 'The log is empty, or holds nothing but events nobody needs: run check_source.',
    'issue_fingerprints': 'There are no issues.',
    'issues': 'No warning, no error, no failed sync up to as-of: good news, or a log without severities.',
    'legacy_sync_events': 'Every event of a sync carries its sync_id: an account younger than 2022.',
    'logged_changes': 'The log holds no schema event.',
    'metadata_changes': 'There are no change events: the plan does not include them, or nothing changed.',
    'monthly_costs': 'There is no usage_cost: the account pays in credits, or is on a free plan.',
    'recent_syncs': 'No sync lies in the days of the report: run check_date_ranges.',
    'rule_inputs': 'No connection is known.',
    'schema_changes': 'No schema events in the log, and no change event tables (a matter of plan).',
    'schema_objects': 'No source and destination metadata (a matter of plan).',
    'sync_baselines': 'There are no syncs.',
    'table_syncs': 'The log holds no records_modified and no write event.',
    'usage_days': 'The table incremental_mar is empty.',
    'usage_months': 'The table incremental_mar is empty.',
} %}
with counted as (
    {%- if execute %}
    {%- set found = [] %}
    {%- for node in graph.nodes.values() | sort(attribute='name') if node.resource_type == 'model' and node.name.startswith('int_fivetran_log__') and node.config.materialized != 'ephemeral' %}
        {%- do found.append(node) %}
    {%- endfor %}
    {%- for node in found %}
    {%- set short_name = node.name | replace('int_fivetran_log__', '') %}
    select
        '{{ node.name }}' as model_name,
        count(*) as row_count,
        '{{ reasons.get(short_name, 'What it is built from is empty: look at the checks before this one.') }}' as why_empty
    from {{ api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
    {%- else %}
    select 'parsing' as model_name, 0 as row_count, 'parsing' as why_empty
    {%- endif %}
),
log_rows as (
    select count(*) as row_count
    from {{ ref('stg_fivetran_log__log') }}
    where lower(message_event) in ('sync_start', 'sync_end')
),
event_rows as (
    select count(*) as row_count
    from {{ ref('int_fivetran_log__events') }}
    where message_event in ('sync_start', 'sync_end')
),
checks as (
    select
        1 as position,
        model_name,
        case when row_count = 0 then 'empty' else 'ok' end as status,
        'rows of ' || model_name as what,
        row_count,
        case when row_count = 0 then why_empty else 'The model has rows.' end as explanation
    from counted
    union all
    select
        2,
        'events kept',
        case
            when log_rows.row_count = 0 and event_rows.row_count = 0 then 'empty'
            when log_rows.row_count > 0 and event_rows.row_count = 0 then 'wrong'
            else 'ok'
        end,
        'sync_start and sync_end events kept, of ' || cast(log_rows.row_count as {{ dbt.type_string() }}) || ' in the log',
        event_rows.row_count,
        case
            when log_rows.row_count = 0 and event_rows.row_count = 0 then 'The log holds no syncs.'
            when event_rows.row_count = 0 then 'The log has syncs that the events lack: build int_fivetran_log__events again, and look at fivetran_platform_log_start_date.'
            when event_rows.row_count > log_rows.row_count then 'More than the source still has: history is kept when the source forgets it.'
            when event_rows.row_count < log_rows.row_count then 'Fewer than the log: events delivered twice count once, those before fivetran_platform_log_start_date are left out, and new ones wait for the next build.'
            else 'All of them.'
        end
    from event_rows
    cross join log_rows
)
select
    'intermediate' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position, model_name;

-- name: check_sync_data
-- subject: data check
-- description: Are syncs complete and consistent? Syncs in the log against syncs in the mart, and what cannot be true of a sync.
with log_syncs as (
    select count(*) as row_count
    from (
        select distinct
            connection_id,
            sync_id
        from {{ ref('stg_fivetran_log__log') }}
        where sync_id is not null
            and lower(message_event) in ('sync_start', 'sync_end')
            and time_stamp <= {{ as_of() }}
            {%- if var('fivetran_platform_log_start_date', none) %}
            and time_stamp >= cast('{{ var("fivetran_platform_log_start_date") }}' as {{ dbt.type_timestamp() }})
            {%- endif %}
    ) as distinct_syncs
),
syncs as (
    select
        count(*) as total,
        count(distinct sync_key) as keys,
        sum(case when sync_id is not null then 1 else 0 end) as with_id,
        sum(case when sync_completed_at < sync_started_at then 1 else 0 end) as ended_before_start,
        sum(case when sync_status in ('successful', 'failed') and sync_completed_at is null then 1 else 0 end) as outcome_without_end,
        sum(case
            when sync_status = 'running'
                and sync_started_at <= {{ fivetran_logs.time_add('hour', '-' ~ var('fivetran_logs_running_hours'), as_of()) }} then 1
            else 0
        end) as running_too_long,
        sum(case when rows_synced < 0 then 1 else 0 end) as negative_rows,
        sum(case when sync_status = 'successful' and rows_synced > 0 then 1 else 0 end) as successful_with_rows,
        sum(case when sync_status = 'successful' then 1 else 0 end) as successful
    from {{ ref('fct_fivetran_sync_performance') }}
),
statuses as (
    select
        sync_status,
        count(*) as row_count
    from {{ ref('fct_fivetran_sync_performance') }}
    group by sync_status
),
checks as (
    select
        1 as position,
        case
            when log_syncs.row_count = 0 and syncs.total = 0 then 'empty'
            when coalesce(syncs.with_id, 0) < log_syncs.row_count then 'wrong'
            else 'ok'
        end as status,
        'syncs with an id, for ' || cast(log_syncs.row_count as {{ dbt.type_string() }}) || ' that start or end in the log' as what,
        coalesce(syncs.with_id, 0) as row_count,
        case
            when log_syncs.row_count = 0 and syncs.total = 0 then 'There are no syncs up to as-of: run check_source and check_date_ranges.'
            when coalesce(syncs.with_id, 0) < log_syncs.row_count then 'The mart lacks syncs that the log has: new ones wait for the next build, others need a look.'
            when syncs.with_id > log_syncs.row_count then 'More: syncs of which the log has neither start nor end count too, and history is kept when the source forgets it.'
            else 'All of them.'
        end as explanation
    from syncs
    cross join log_syncs
    union all
    select
        2,
        case when total = 0 then 'empty' when total > keys then 'wrong' else 'ok' end,
        'syncs beyond one per key',
        total - keys,
        case when total > keys then 'A sync stands twice.' else 'One row per sync.' end
    from syncs
    union all
    select
        3,
        'ok',
        'syncs with status ' || coalesce(sync_status, 'null'),
        row_count,
        case sync_status
            when 'successful' then 'A success.'
            when 'failed' then 'A failure.'
            when 'rescheduled' then 'Put off by Fivetran, no failure.'
            when 'canceled' then 'Stopped by a person or by a newer sync, no failure.'
            when 'unknown' then 'Ended with a status that we do not know: neither a success nor a failure.'
            when 'running' then 'Still going at as-of.'
            when 'incomplete' then 'Without an end: the worker was lost, or the log was not delivered to its end.'
            else 'A status that nobody defined.'
        end
    from statuses
    union all
    select
        4,
        case when total = 0 then 'empty' when ended_before_start > 0 then 'wrong' else 'ok' end,
        'syncs that end before they start',
        coalesce(ended_before_start, 0),
        case when ended_before_start > 0 then 'Times of the log contradict each other.' else 'No sync does.' end
    from syncs
    union all
    select
        5,
        case when total = 0 then 'empty' when outcome_without_end > 0 then 'wrong' else 'ok' end,
        'syncs with an outcome but without an end',
        coalesce(outcome_without_end, 0),
        case when outcome_without_end > 0 then 'An outcome needs a sync_end.' else 'No sync has.' end
    from syncs
    union all
    select
        6,
        case when total = 0 then 'empty' when running_too_long > 0 then 'wrong' else 'ok' end,
        'syncs running for longer than fivetran_logs_running_hours',
        coalesce(running_too_long, 0),
        case when running_too_long > 0 then 'The mart is older than as-of: build it again.' else 'No sync is.' end
    from syncs
    union all
    select
        7,
        case
            when total = 0 then 'empty'
            when negative_rows > 0 then 'wrong'
            else 'ok'
        end,
        'successful syncs that moved rows, of ' || cast(coalesce(successful, 0) as {{ dbt.type_string() }}),
        coalesce(successful_with_rows, 0),
        case
            when total = 0 then 'There are no syncs.'
            when negative_rows > 0 then 'A sync has a negative number of rows.'
            when successful_with_rows = 0 then 'No sync moved a row: are records_modified events in the log?'
            else 'Syncs that find nothing new are normal.'
        end
    from syncs
)
select
    'sync data' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position, what;

-- name: check_health_components
-- subject: data check
-- description: Is health complete? One row per connection, each score from 0 to 100, and why a part is missing.
with health as (
    select
        connection_id,
        health_status,
        health_score,
        reliability_score,
        freshness_score,
        stability_score,
        performance_score,
        case when health_status in ('deleted', 'paused', 'never_synced') then 0 else 1 end as is_scored
    from {{ ref('fct_fivetran_connector_health') }}
),
scores as (
    {%- for score, why_null in [
        ('health_score', 'Every part is null.'),
        ('reliability_score', 'No sync of the last 30 days has succeeded or failed.'),
        ('freshness_score', 'The connection has neither succeeded nor failed yet.'),
        ('stability_score', 'No sync of the last 30 days has succeeded or failed.'),
        ('performance_score', 'No successful sync of the last 7 days has a baseline to be compared with.'),
    ] %}
    select
        {{ loop.index }} as position,
        '{{ score }}' as score_name,
        sum(is_scored) as scored_connections,
        count({{ score }}) as with_score,
        sum(case when is_scored = 1 and {{ score }} is null then 1 else 0 end) as without_score,
        sum(case when {{ score }} < 0 or {{ score }} > 100 then 1 else 0 end) as out_of_range,
        sum(case when is_scored = 0 and {{ score }} is not null then 1 else 0 end) as not_to_be_scored,
        '{{ why_null }}' as why_null
    from health
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),
source_connections as (
    select count(distinct connection_id) as row_count from {{ ref('stg_fivetran_log__connection') }}
),
totals as (
    select
        count(*) as total,
        count(distinct connection_id) as connections,
        sum(case when health_status is null then 1 else 0 end) as without_status
    from health
),
checks as (
    select
        0 as position,
        case
            when totals.total = 0 and source_connections.row_count = 0 then 'empty'
            when totals.total <> totals.connections or totals.without_status > 0 or totals.total < source_connections.row_count then 'wrong'
            else 'ok'
        end as status,
        'connections, of ' || cast(source_connections.row_count as {{ dbt.type_string() }}) || ' in the source' as what,
        totals.total as row_count,
        case
            when totals.total = 0 and source_connections.row_count = 0 then 'No connection is known: run check_source.'
            when totals.total <> totals.connections then 'A connection stands twice.'
            when totals.without_status > 0 then 'A connection has no health status.'
            when totals.total < source_connections.row_count then 'The mart lacks connections: build it again.'
            when totals.total > source_connections.row_count then 'More than the connection table has: some are known from the log alone.'
            else 'One row per connection.'
        end as explanation
    from totals
    cross join source_connections
    union all
    select
        position,
        case
            when out_of_range > 0 or not_to_be_scored > 0 then 'wrong'
            when coalesce(with_score, 0) = 0 then 'empty'
            else 'ok'
        end,
        'connections with a ' || score_name || ', of ' || cast(coalesce(scored_connections, 0) as {{ dbt.type_string() }}) || ' to be scored',
        with_score,
        case
            when out_of_range > 0 then 'A score lies outside 0 to 100.'
            when not_to_be_scored > 0 then 'A paused, deleted or never synced connection has a score.'
            when coalesce(scored_connections, 0) = 0 then 'There is no connection to score.'
            when without_score > 0 then 'Null for some: ' || why_null
            else 'Every connection to be scored has it.'
        end
    from scores
)
select
    'health components' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_mar
-- subject: data check
-- description: Do monthly active rows and costs add up? Source against mart, what matches no connection, what was billed.
with usage_source as (
    select
        count(*) as total,
        coalesce(sum(incremental_rows), 0) as active_rows
    from {{ ref('stg_fivetran_log__incremental_mar') }}
),
mart as (
    select
        count(*) as total,
        coalesce(sum(total_active_rows), 0) as active_rows,
        coalesce(sum(paid_active_rows), 0) as paid_rows,
        coalesce(sum(case when connection_id is null then total_active_rows else 0 end), 0) as rows_without_connection,
        coalesce(sum(case when paid_active_rows + free_active_rows <> total_active_rows then 1 else 0 end), 0) as not_adding_up
    from {{ ref('fct_fivetran_monthly_active_rows') }}
),
month_costs as (
    select
        month_date,
        destination_id,
        sum(allocated_cost_usd) as allocated
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    group by month_date, destination_id
),
bills as (
    select
        substring(measured_month, 1, 7) as month_text,
        destination_id,
        max(amount) as billed
    from {{ ref('stg_fivetran_log__usage_cost') }}
    group by substring(measured_month, 1, 7), destination_id
),
costs as (
    select
        count(*) as bills,
        coalesce(sum(case when month_costs.month_date is null and bills.billed <> 0 then 1 else 0 end), 0) as bills_to_come,
        coalesce(sum(case
            when coalesce(month_costs.allocated, 0) - bills.billed >= 0.005 then 1
            -- of the month of as-of, less than the whole may have been used by then
            when bills.billed - coalesce(month_costs.allocated, 0) >= 0.005
                and bills.month_text < substring(
                    cast({{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} as {{ dbt.type_string() }}), 1, 7
                ) then 1
            else 0
        end), 0) as bills_off
    from bills
    left join month_costs
        on coalesce(bills.destination_id, '') = coalesce(month_costs.destination_id, '')
            and bills.month_text = substring(cast(month_costs.month_date as {{ dbt.type_string() }}), 1, 7)
),
checks as (
    select
        1 as position,
        case
            when usage_source.total = 0 and mart.active_rows = 0 then 'empty'
            when mart.active_rows > usage_source.active_rows then 'wrong'
            when usage_source.active_rows > 0 and mart.active_rows = 0 then 'wrong'
            else 'ok'
        end as status,
        'active rows in the mart, of ' || cast(usage_source.active_rows as {{ dbt.type_string() }}) || ' in the source' as what,
        mart.active_rows as row_count,
        case
            when usage_source.total = 0 and mart.active_rows = 0 then 'There is no usage: the account is new, or incremental_mar is missing or deselected.'
            when mart.active_rows > usage_source.active_rows then 'The mart has more rows than the source: something counts twice, or the source was restated since the build.'
            when usage_source.active_rows > 0 and mart.active_rows = 0 then 'The source has usage that the mart lacks: it lies after as-of, or its dates cannot be read.'
            when mart.active_rows < usage_source.active_rows then 'The rest is dated after as-of.'
            else 'All of them.'
        end as explanation
    from mart
    cross join usage_source
    union all
    select
        2,
        case when total = 0 then 'empty' when not_adding_up > 0 then 'wrong' else 'ok' end,
        'rows of the mart where free and paid do not add up',
        not_adding_up,
        case when not_adding_up > 0 then 'Free and paid rows must sum to the total.' else 'Free and paid rows sum to the total.' end
    from mart
    union all
    select
        3,
        case when active_rows = 0 then 'empty' else 'ok' end,
        'active rows that match no connection',
        rows_without_connection,
        case
            when active_rows = 0 then 'There is no usage.'
            when rows_without_connection > 0 then 'Usage names its connection only: these names were deleted or renamed. The rows stay, without an id.'
            else 'All usage belongs to a connection.'
        end
    from mart
    union all
    select
        4,
        case when paid_rows = 0 then 'empty' else 'ok' end,
        'paid active rows',
        paid_rows,
        case
            when active_rows = 0 then 'There is no usage.'
            when paid_rows = 0 then 'All usage is free: a trial, a free plan, or initial syncs alone.'
            else 'Rows whose free_type is PAID.'
        end
    from mart
    union all
    select
        5,
        case when bills = 0 then 'empty' when bills_off > 0 then 'wrong' else 'ok' end,
        'monthly bills of a destination that are not allocated to the cent',
        bills_off,
        case
            when bills = 0 then 'There is no usage_cost: the account pays in credits, is on a free plan, or the table is deselected. Costs are null.'
            when bills_off > 0 then 'The parts of a bill must sum to it: build the mart again.'
            when bills_to_come > 0 then 'All up to as-of are allocated, the others lie after it.'
            else 'Every bill is allocated in full.'
        end
    from costs
)
select
    'MAR' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_log_errors
-- subject: data check
-- description: Does every warning and error arrive? Issues in the log against the mart, and how many are classified.
with log_rows as (
    select
        coalesce(sum(case when upper(event) = 'SEVERE' then 1 else 0 end), 0) as severe,
        coalesce(sum(case when upper(event) = 'WARNING' then 1 else 0 end), 0) as warnings
    from {{ ref('stg_fivetran_log__log') }}
    where time_stamp <= {{ as_of() }}
),
sdk_rows as (
    select count(*) as row_count
    from {{ ref('stg_fivetran_log__connector_sdk_log') }}
    where upper(level) in ('WARNING', 'SEVERE', 'ERROR')
        and event_time <= {{ as_of() }}
),
mart as (
    select
        count(*) as total,
        count(distinct error_id) as keys,
        coalesce(sum(case when log_source = 'log' and severity = 'SEVERE' then 1 else 0 end), 0) as severe,
        coalesce(sum(case when log_source = 'log' and severity = 'WARNING' then 1 else 0 end), 0) as warnings,
        coalesce(sum(case when log_source = 'connector_sdk' then 1 else 0 end), 0) as from_sdk,
        coalesce(sum(case when error_category = 'other' then 1 else 0 end), 0) as unclassified,
        coalesce(sum(case when error_message is null then 1 else 0 end), 0) as without_message
    from {{ ref('fct_fivetran_error_monitoring') }}
),
checks as (
    select
        1 as position,
        case
            when log_rows.severe = 0 and mart.severe = 0 then 'empty'
            when log_rows.severe > 0 and mart.severe = 0 then 'wrong'
            else 'ok'
        end as status,
        'errors of the log in the mart, of ' || cast(log_rows.severe as {{ dbt.type_string() }}) || ' SEVERE rows' as what,
        mart.severe as row_count,
        case
            when log_rows.severe = 0 and mart.severe = 0 then 'The log has no error up to as-of.'
            when log_rows.severe > 0 and mart.severe = 0 then 'The log has errors that the mart lacks: build it again.'
            when mart.severe > log_rows.severe then 'More than the SEVERE rows: failed syncs count whatever their stamp, and history is kept.'
            when mart.severe < log_rows.severe then 'Fewer than the SEVERE rows: events delivered twice count once, and new ones wait for the next build.'
            else 'All of them.'
        end as explanation
    from mart
    cross join log_rows
    union all
    select
        2,
        case
            when log_rows.warnings = 0 and mart.warnings = 0 then 'empty'
            when log_rows.warnings > 10 and mart.warnings = 0 then 'wrong'
            else 'ok'
        end,
        'warnings of the log in the mart, of ' || cast(log_rows.warnings as {{ dbt.type_string() }}) || ' WARNING rows',
        mart.warnings,
        case
            when log_rows.warnings = 0 and mart.warnings = 0 then 'The log has no warning up to as-of.'
            when log_rows.warnings > 10 and mart.warnings = 0 then 'The log has warnings that the mart lacks: build it again.'
            when mart.warnings < log_rows.warnings then 'Fewer than the WARNING rows: syncs put off on purpose are no issues, failed syncs are errors, and events delivered twice count once.'
            when mart.warnings > log_rows.warnings then 'More than the source still has: history is kept.'
            else 'All of them.'
        end
    from mart
    cross join log_rows
    union all
    select
        3,
        case
            when sdk_rows.row_count = 0 and mart.from_sdk = 0 then 'empty'
            when sdk_rows.row_count > 0 and mart.from_sdk = 0 then 'wrong'
            else 'ok'
        end,
        'issues of Connector SDK logs, of ' || cast(sdk_rows.row_count as {{ dbt.type_string() }}) || ' in the source',
        mart.from_sdk,
        case
            when sdk_rows.row_count = 0 and mart.from_sdk = 0 then 'No Connector SDK connection has logged a warning or an error.'
            when sdk_rows.row_count > 0 and mart.from_sdk = 0 then 'The Connector SDK log has issues that the mart lacks: build it again.'
            else 'They have arrived.'
        end
    from mart
    cross join sdk_rows
    union all
    select
        4,
        case when total = 0 then 'empty' when total > keys then 'wrong' else 'ok' end,
        'issues beyond one per key',
        total - keys,
        case when total > keys then 'An issue stands twice.' else 'One row per issue.' end
    from mart
    union all
    select
        5,
        case when total = 0 then 'empty' else 'ok' end,
        'issues that no pattern knows, of ' || cast(total as {{ dbt.type_string() }}),
        unclassified,
        case
            when total = 0 then 'There are no issues.'
            when unclassified > 0 then 'They have the category other: unclassified_errors lists them, the seed fivetran_error_patterns takes new patterns.'
            else 'Every issue has a category.'
        end
    from mart
    union all
    select
        6,
        case when total = 0 then 'empty' else 'ok' end,
        'issues without a message',
        without_message,
        case
            when total = 0 then 'There are no issues.'
            when without_message > 0 then 'Their record says nothing but its type, or its JSON is damaged.'
            else 'Every issue has a message.'
        end
    from mart
)
select
    'log errors' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_schema_events
-- subject: data check
-- description: Do schema changes arrive? Change events and log events in the source against the mart, by evidence.
with change_events as (
    {%- for table_name in [
        'source_schema_change_event',
        'source_table_change_event',
        'source_column_change_event',
        'destination_schema_change_event',
        'destination_table_change_event',
        'destination_column_change_event',
    ] %}
    select count(*) as row_count from {{ ref('stg_fivetran_log__' ~ table_name) }} where detected_at <= {{ as_of() }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),
metadata_rows as (
    select sum(row_count) as row_count from change_events
),
log_rows as (
    select count(*) as row_count
    from {{ ref('stg_fivetran_log__log') }}
    where lower(message_event) in ({{ fivetran_logs.schema_change_events() }})
        and time_stamp <= {{ as_of() }}
),
mart as (
    select
        count(*) as total,
        count(distinct change_id) as keys,
        coalesce(sum(case when evidence = 'metadata' then 1 else 0 end), 0) as from_metadata,
        coalesce(sum(case when evidence = 'sync_log' then 1 else 0 end), 0) as from_log,
        coalesce(sum(case when change_type = 'type_changed' then 1 else 0 end), 0) as type_changes,
        coalesce(sum(case when change_type = 'type_changed' and previous_data_type is null then 1 else 0 end), 0) as without_previous_type
    from {{ ref('fct_fivetran_schema_change_history') }}
),
checks as (
    select
        1 as position,
        case
            when metadata_rows.row_count = 0 and mart.from_metadata = 0 then 'empty'
            when metadata_rows.row_count > 0 and mart.from_metadata = 0 then 'wrong'
            else 'ok'
        end as status,
        'changes known from metadata, of ' || cast(metadata_rows.row_count as {{ dbt.type_string() }}) || ' change events' as what,
        mart.from_metadata as row_count,
        case
            when metadata_rows.row_count = 0 and mart.from_metadata = 0 then 'There are no change events: the plan does not include them, or nothing changed.'
            when metadata_rows.row_count > 0 and mart.from_metadata = 0 then 'The source has change events that the mart lacks: build it again.'
            else 'Several attributes of one change are one row.'
        end as explanation
    from mart
    cross join metadata_rows
    union all
    select
        2,
        case
            when log_rows.row_count = 0 and mart.from_log = 0 then 'empty'
            when log_rows.row_count > 0 and mart.total = 0 then 'wrong'
            else 'ok'
        end,
        'changes known from the log, of ' || cast(log_rows.row_count as {{ dbt.type_string() }}) || ' schema events',
        mart.from_log,
        case
            when log_rows.row_count = 0 and mart.from_log = 0 then 'The log has no schema event up to as-of.'
            when log_rows.row_count > 0 and mart.total = 0 then 'The log has schema events that the mart lacks: build it again.'
            when mart.from_log = 0 then 'Metadata tells of the same changes.'
            else 'What metadata tells as well is not repeated.'
        end
    from mart
    cross join log_rows
    union all
    select
        3,
        case when total = 0 then 'empty' when total > keys then 'wrong' else 'ok' end,
        'changes beyond one per key',
        total - keys,
        case when total > keys then 'A change stands twice.' else 'One row per change.' end
    from mart
    union all
    select
        4,
        case when type_changes = 0 then 'empty' else 'ok' end,
        'type changes without a previous type, of ' || cast(type_changes as {{ dbt.type_string() }}),
        without_previous_type,
        case
            when type_changes = 0 then 'No type has changed.'
            when without_previous_type > 0 then 'The type before was never recorded: the first event of a column that existed before the log, or a log event without it.'
            else 'Every type change names both types.'
        end
    from mart
)
select
    'schema events' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_user_activity
-- subject: data check
-- description: Do actions of people arrive? Audit trail and log in the source against the mart, and actors without a name.
with trail_rows as (
    select count(*) as row_count
    from {{ ref('stg_fivetran_log__audit_trail') }}
    where captured_at <= {{ as_of() }}
),
log_rows as (
    select count(*) as row_count
    from {{ ref('stg_fivetran_log__log') }}
    where message_data like '%actor%'
        and time_stamp <= {{ as_of() }}
        and (
            lower(message_event) like 'create_%'
            or lower(message_event) like 'edit_%'
            or lower(message_event) like 'delete_%'
            or lower(message_event) like 'pause_%'
            or lower(message_event) like 'resume_%'
            or lower(message_event) like 'change_schema_config%'
        )
),
mart as (
    select
        count(*) as total,
        count(distinct activity_id) as keys,
        coalesce(sum(case when log_source = 'audit_trail' then 1 else 0 end), 0) as from_trail,
        coalesce(sum(case when log_source = 'log' then 1 else 0 end), 0) as from_log,
        coalesce(sum(case when actor_type = 'user' and user_email is null then 1 else 0 end), 0) as without_email
    from {{ ref('fct_fivetran_user_activity') }}
),
checks as (
    select
        1 as position,
        case
            when trail_rows.row_count = 0 and mart.from_trail = 0 then 'empty'
            when trail_rows.row_count > 0 and mart.from_trail = 0 then 'wrong'
            else 'ok'
        end as status,
        'actions known from the audit trail, of ' || cast(trail_rows.row_count as {{ dbt.type_string() }}) || ' in the source' as what,
        mart.from_trail as row_count,
        case
            when trail_rows.row_count = 0 and mart.from_trail = 0 then 'There is no audit trail: it comes with the Enterprise plan.'
            when trail_rows.row_count > 0 and mart.from_trail = 0 then 'The source has an audit trail that the mart lacks: build it again.'
            else 'The audit trail has arrived.'
        end as explanation
    from mart
    cross join trail_rows
    union all
    select
        2,
        case
            when log_rows.row_count = 0 and mart.from_log = 0 then 'empty'
            when log_rows.row_count > 0 and mart.total = 0 then 'wrong'
            else 'ok'
        end,
        'actions known from the log, of ' || cast(log_rows.row_count as {{ dbt.type_string() }}) || ' events that name an actor',
        mart.from_log,
        case
            when log_rows.row_count = 0 and mart.from_log = 0 then 'Nobody changed anything in the dashboard up to as-of, or the source forgot it.'
            when log_rows.row_count > 0 and mart.total = 0 then 'The log has actions that the mart lacks: build it again.'
            else 'Where trail and log tell of one action, the trail wins.'
        end
    from mart
    cross join log_rows
    union all
    select
        3,
        case when total = 0 then 'empty' when total > keys then 'wrong' else 'ok' end,
        'actions beyond one per key',
        total - keys,
        case when total > keys then 'An action stands twice.' else 'One row per action.' end
    from mart
    union all
    select
        4,
        case when total = 0 then 'empty' else 'ok' end,
        'actions of people whose address is not known',
        without_email,
        case
            when total = 0 then 'There are no actions.'
            when without_email > 0 then 'They have left, or the table user is missing. Their actions stay.'
            else 'Every person is known.'
        end
    from mart
)
select
    'user activity' as check_name,
    status,
    what,
    row_count,
    explanation
from checks
order by position;

-- name: check_date_ranges
-- subject: data check
-- description: From when to when does each layer reach, and is it as fresh as as-of? Tells a stale source from a stale build.
with ranges as (
    select
        1 as position,
        'log in the source' as what,
        count(*) as row_count,
        cast(min(time_stamp) as {{ dbt.type_timestamp() }}) as first_at,
        cast(max(time_stamp) as {{ dbt.type_timestamp() }}) as last_at,
        48 as hours_allowed,
        'The Platform connection has delivered nothing for two days: is it paused or broken? For an old export, set fivetran_logs_as_of.' as why_late
    from {{ ref('stg_fivetran_log__log') }}
    where time_stamp <= {{ as_of() }}
    union all
    select
        2,
        'events kept',
        count(*),
        cast(min(occurred_at) as {{ dbt.type_timestamp() }}),
        cast(max(occurred_at) as {{ dbt.type_timestamp() }}),
        48,
        'If the log in the source is fresh, build again.'
    from {{ ref('int_fivetran_log__events') }}
    where occurred_at <= {{ as_of() }}
    union all
    select
        3,
        'syncs',
        count(*),
        cast(min(sync_started_at) as {{ dbt.type_timestamp() }}),
        cast(max(sync_started_at) as {{ dbt.type_timestamp() }}),
        48,
        'If the log in the source is fresh, build again, or every connection is paused.'
    from {{ ref('fct_fivetran_sync_performance') }}
    union all
    select
        4,
        'issues',
        count(*),
        cast(min(occurred_at) as {{ dbt.type_timestamp() }}),
        cast(max(occurred_at) as {{ dbt.type_timestamp() }}),
        null,
        ''
    from {{ ref('fct_fivetran_error_monitoring') }}
    union all
    select
        5,
        'schema changes',
        count(*),
        cast(min(change_detected_at) as {{ dbt.type_timestamp() }}),
        cast(max(change_detected_at) as {{ dbt.type_timestamp() }}),
        null,
        ''
    from {{ ref('fct_fivetran_schema_change_history') }}
    union all
    select
        6,
        'user activity',
        count(*),
        cast(min(occurred_at) as {{ dbt.type_timestamp() }}),
        cast(max(occurred_at) as {{ dbt.type_timestamp() }}),
        null,
        ''
    from {{ ref('fct_fivetran_user_activity') }}
    union all
    select
        7,
        'months of usage',
        count(*),
        cast(min(month_date) as {{ dbt.type_timestamp() }}),
        cast(max(month_date) as {{ dbt.type_timestamp() }}),
        24 * 32,
        'The running month has no usage yet, or the Platform connection has not delivered it.'
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    union all
    select
        8,
        'days of the executive dashboard',
        count(*),
        cast(min(report_date) as {{ dbt.type_timestamp() }}),
        cast(max(report_date) as {{ dbt.type_timestamp() }}),
        24,
        'The dashboard was built for an earlier as-of: build again.'
    from {{ ref('fct_fivetran_executive_dashboard') }}
)
select
    'date ranges' as check_name,
    case
        when row_count = 0 then 'empty'
        when last_at < {{ fivetran_logs.time_add('hour', '-hours_allowed', as_of()) }} then 'wrong'
        else 'ok'
    end as status,
    what,
    row_count,
    first_at,
    last_at,
    case
        when row_count = 0 then 'There is nothing up to as-of: look at the check of this layer.'
        when last_at < {{ fivetran_logs.time_add('hour', '-hours_allowed', as_of()) }} then why_late
        when hours_allowed is null then 'These come when they come.'
        else 'As fresh as it can be.'
    end as explanation
from ranges
order by position;
