-- Ten diagnostics, from the source to the marts. `fivetran-logs query check_source` runs one.
-- Each row is one check: its subject, its number of rows, its status (`ok`, `empty` or `wrong`), and the reason.
-- Source rows are counted in the staging views, which exist whatever the account lacks.
-- `fivetran-logs check` finds faults of the source (columns, grants, keys, clocks), and data tests check rules of a mart: not here.


-- name: check_source
-- subject: data check
-- description: Has the Platform connector delivered its tables? One row per source table, the most important first; if it is empty, the cost of that.
-- reads every staging view, such as {{ ref('stg_fivetran_log__log') }}
with checks as (
    {%- if execute %}
    {%- for definition in fivetran_logs.source_definitions() %}
    {%- set meta = definition.meta %}
    {%- set cost = 'Lost: ' ~ meta.loses if meta.get('loses') else 'No mart reads it' %}
    {%- set when_empty = dbt.escape_single_quotes('Missing or empty. ' ~ cost ~ '. ' ~ meta.remedy) %}
    select
        {{ loop.index }} as position,
        case when count(*) = 0 then 'empty' else 'ok' end as status,
        'rows of {{ definition.name }}' as what,
        count(*) as row_count,
        case when count(*) = 0 then '{{ when_empty }}' else 'The table has rows.' end as explanation
    from {{ fivetran_logs.relation_of_model('stg_fivetran_log__' ~ definition.name) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
    {%- else %}
    select 0 as position, 'parsing' as status, 'parsing' as what, 0 as row_count, 'parsing' as explanation
    {%- endif %}
)
select 'source' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_staging
-- subject: data check
-- description: Are the rows of the source usable? Values that later layers need and the source lacks.
with log_rows as (
    select
        count(*) as total,
        sum(case when message_event is null then 1 else 0 end) as without_event,
        sum(case when upper(event) in ('INFO', 'WARNING', 'SEVERE') then 0 else 1 end) as without_severity,
        sum(case when lower(message_event) = 'sync_start' and sync_id is null then 1 else 0 end) as starts_without_sync_id
    from {{ ref('stg_fivetran_log__log') }}
),
connection_rows as (
    select
        count(*) as total,
        count(distinct connection_id) as connections,
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
    {%- set no_log = ['empty', 'total = 0', 'The log is empty: run check_source.'] %}
    {%- set no_connection = ['empty', 'total = 0', 'The connection table is empty: run check_source.'] %}
    {{ fivetran_logs.data_checks([
        ['log_rows', [
            ['log rows without message_event', 'without_event', [
                no_log,
                ['wrong', 'without_event = total', 'The column message_event is missing: the marts have no syncs.'],
                ['ok', 'without_event > 0', 'These rows name no event, so the marts ignore them.'],
                ['ok', 'Every log row names its event.'],
            ]],
            ['log rows whose severity is not INFO, WARNING or SEVERE', 'without_severity', [
                no_log,
                ['wrong', 'without_severity = total', 'The column event is missing: warnings cannot be separated from other events.'],
                ['ok', 'without_severity > 0', 'Fivetran does not document this severity. These rows are not issues.'],
                ['ok', 'Every severity is known.'],
            ]],
            ['sync_start events without a sync_id', 'starts_without_sync_id', [
                no_log,
                ['ok', 'starts_without_sync_id > 0', 'The log is from before 2022, or lacks the column sync_id: a sync then lasts from one sync_start to the next.'],
                ['ok', 'Every sync has its id.'],
            ]],
        ]],
        ['connection_rows', [
            ['connection rows beyond one per connection', 'total - connections', [
                no_connection,
                ['ok', 'total > connections', 'A connection that was renamed, moved or deleted has several rows. The latest that is not deleted counts.'],
                ['ok', 'One row per connection.'],
            ]],
            ['connection rows without a sync frequency', 'without_frequency', [
                no_connection,
                ['ok', 'without_frequency > 0', 'These count as late after fivetran_logs_delay_default_hours.'],
                ['ok', 'Every connection has its sync frequency.'],
            ]],
        ]],
        ['unknown_connections', [
            ['connections in the log that the connection table does not have', 'total', [
                ['ok', 'total > 0', 'They were removed long ago, or write to a destination that this Platform connection does not cover. Their rows stay, without names.'],
                ['ok', 'The connection table has every connection of the log.'],
            ]],
        ]],
        ['usage_rows', [
            ['usage rows without a date or a count', 'incomplete', [
                ['empty', 'total = 0', 'There is no usage: run check_mar.'],
                ['wrong', 'incomplete > 0', 'They are not counted: look at measured_date and incremental_rows in the source.'],
                ['ok', 'Every usage row has its date and its count.'],
            ]],
        ]],
    ]) }}
)
select 'staging' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_intermediate
-- subject: data check
-- description: Does every intermediate model have rows? If not, what is missing in the layer below?
{%- set reasons = {
    'actions': 'There is no audit trail (it depends on the plan), and no log event names an actor.',
    'api_days': 'The log has no extract_summary, api_call or sql_query.',
    'calendar': 'There are no days to report on: fivetran_logs_report_days is 0.',
    'connection_events': 'Nothing happened in the days of the report.',
    'connections': 'The connection table is empty.',
    'events': 'The log is empty, or has only events that no model needs: run check_source.',
    'issues': 'No warning, error or failed sync up to as-of: good news, or a log without severities.',
    'legacy_sync_events': 'Every event of a sync has its sync_id: the log begins after 2021.',
    'logged_changes': 'The log has no schema event.',
    'metadata_changes': 'There are no change events: the plan does not include them, or nothing changed.',
    'monthly_costs': 'There is no usage_cost: the account pays in credits, or is on a free plan.',
    'recent_syncs': 'There is no sync in the days of the report: run check_date_ranges.',
    'rule_inputs': 'No connection is known.',
    'schema_changes': 'The log has no schema event, and there are no change event tables (they depend on the plan).',
    'schema_objects': 'There is no metadata of sources and destinations (it depends on the plan).',
    'table_syncs': 'The log has no records_modified and no write event.',
    'usage_days': 'The table incremental_mar is empty.',
} %}
with log_rows as (
    select count(*) as in_log
    from {{ ref('stg_fivetran_log__log') }}
    where lower(message_event) in ('sync_start', 'sync_end')
),
event_rows as (
    select count(*) as kept
    from {{ ref('int_fivetran_log__events') }}
    where message_event in ('sync_start', 'sync_end')
),
checks as (
    {{ fivetran_logs.data_checks([
        ['event_rows cross join log_rows', [
            ['sync_start and sync_end events kept, of {in_log} in the log', 'kept', [
                ['empty', 'in_log = 0 and kept = 0', 'The log has no syncs.'],
                ['wrong', 'kept = 0', 'The log has syncs that the events lack: build int_fivetran_log__events again, and look at fivetran_platform_log_start_date.'],
                ['ok', 'kept > in_log', 'More than the source still has: events stay after the source deletes them.'],
                ['ok', 'kept < in_log', 'Fewer than the log: events delivered twice count once, those before fivetran_platform_log_start_date are left out, and new ones wait for the next build.'],
                ['ok', 'All of them.'],
            ]],
        ]],
    ]) }}
    {%- for node in graph.nodes.values() | sort(attribute='name') if execute and node.name.startswith('int_fivetran_log__') and node.resource_type == 'model' and node.config.materialized != 'ephemeral' %}
    {%- set why_empty = reasons.get(node.name | replace('int_fivetran_log__', ''), 'Its input is empty: see the checks before this one.') %}
    union all
    select
        0,
        case when count(*) = 0 then 'empty' else 'ok' end,
        'rows of {{ node.name }}',
        count(*),
        case when count(*) = 0 then '{{ why_empty }}' else 'The model has rows.' end
    from {{ fivetran_logs.relation_of_model(node.name) }}
    {%- endfor %}
)
select 'intermediate' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_sync_data
-- subject: data check
-- description: Are syncs complete? Syncs in the log against syncs in the mart, their outcomes, and whether they move rows.
with log_syncs as (
    select count(*) as in_log
    from (
        select distinct
            connection_id,
            sync_id
        from {{ ref('stg_fivetran_log__log') }}
        where sync_id is not null
            and lower(message_event) in ('sync_start', 'sync_end')
            and time_stamp <= {{ as_of() }}
            {%- if var('fivetran_platform_log_start_date', none) %}
            and time_stamp >= cast('{{ var("fivetran_platform_log_start_date") }}' as {{ fivetran_logs.type_utc_timestamp() }})
            {%- endif %}
    ) as distinct_syncs
),
syncs as (
    select
        count(*) as total,
        coalesce(sum(case when sync_id is not null then 1 else 0 end), 0) as with_id,
        coalesce(sum(case when sync_status = 'successful' then 1 else 0 end), 0) as successful,
        coalesce(sum(case when sync_status = 'successful' and rows_synced > 0 then 1 else 0 end), 0) as successful_with_rows
    from {{ ref('fct_fivetran_sync_performance') }}
),
statuses as (
    select
        coalesce(sync_status, 'null') as sync_status,
        count(*) as total
    from {{ ref('fct_fivetran_sync_performance') }}
    group by sync_status
),
checks as (
    {{ fivetran_logs.data_checks([
        ['syncs cross join log_syncs', [
            ['syncs with an id, for {in_log} that start or end in the log', 'with_id', [
                ['empty', 'in_log = 0 and total = 0', 'There are no syncs up to as-of: run check_source and check_date_ranges.'],
                ['wrong', 'with_id < in_log', 'The mart lacks syncs that the log has. New ones wait for the next build. If older ones are missing, look into it.'],
                ['ok', 'with_id > in_log', 'More: a sync counts even if the log has neither its start nor its end, and syncs stay after the source deletes them.'],
                ['ok', 'All of them.'],
            ]],
        ]],
        ['statuses', [
            ['syncs with status {sync_status}', 'total', [
                ['ok', "sync_status = 'successful'", 'A success.'],
                ['ok', "sync_status = 'failed'", 'A failure.'],
                ['ok', "sync_status = 'rescheduled'", 'Rescheduled by Fivetran, which is not a failure.'],
                ['ok', "sync_status = 'canceled'", 'Stopped by a person or by a newer sync, which is not a failure.'],
                ['ok', "sync_status = 'unknown'", 'Ended with an unknown status: neither a success nor a failure.'],
                ['ok', "sync_status = 'running'", 'Still running at as-of.'],
                ['ok', "sync_status = 'incomplete'", 'Has no end: the worker was lost, or the rest of its log was not delivered.'],
                ['wrong', 'A status that is not defined.'],
            ]],
        ]],
        ['syncs', [
            ['successful syncs that moved rows, of {successful}', 'successful_with_rows', [
                ['empty', 'total = 0', 'There are no syncs.'],
                ['ok', 'successful_with_rows = 0', 'No sync moved a row: does the log have records_modified events?'],
                ['ok', 'Syncs that find nothing new are normal.'],
            ]],
        ]],
    ]) }}
)
select 'sync data' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_health_components
-- subject: data check
-- description: Is health complete? One row per connection, and why a score is missing.
{%- set scores = {
    'health_score': 'all its parts are null',
    'reliability_score': 'no sync succeeded or failed in the last 30 days',
    'freshness_score': 'the connection has neither succeeded nor failed yet',
    'stability_score': 'no sync succeeded or failed in the last 30 days',
    'performance_score': 'no successful sync of the last 7 days has a baseline to compare with',
} %}
with source_connections as (
    select count(distinct connection_id) as in_source from {{ ref('stg_fivetran_log__connection') }}
),
health as (
    select
        count(*) as total,
        {%- for score in scores %}
        count({{ score }}) as {{ score }}s,
        {%- endfor %}
        coalesce(sum(case when health_status in ('deleted', 'paused', 'never_synced') then 0 else 1 end), 0) as active
    from {{ ref('fct_fivetran_connector_health') }}
),
checks as (
    {%- set checks_of_scores = [] %}
    {%- for score, why_null in scores.items() %}
    {%- do checks_of_scores.append(['connections with a ' ~ score ~ ', of {active} that sync', score ~ 's', [
        ['empty', 'active = 0', 'No connection has a score: none is active.'],
        ['empty', score ~ 's = 0', 'Null for all: ' ~ why_null ~ '.'],
        ['ok', score ~ 's < active', 'Null for some: ' ~ why_null ~ '.'],
        ['ok', 'Every connection that syncs has it.'],
    ]]) %}
    {%- endfor %}
    {{ fivetran_logs.data_checks([
        ['health cross join source_connections', [
            ['connections, of {in_source} in the source', 'total', [
                ['empty', 'total = 0 and in_source = 0', 'There are no connections: run check_source.'],
                ['wrong', 'total < in_source', 'The mart lacks connections: build it again.'],
                ['ok', 'total > in_source', 'More than the connection table has: some appear in the log only.'],
                ['ok', 'One row per connection.'],
            ]],
        ]],
        ['health', checks_of_scores],
    ]) }}
)
select 'health components' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_mar
-- subject: data check
-- description: Have monthly active rows and bills arrived? Source against mart, and what matches no connection.
with usage_source as (
    select
        count(*) as usage_rows,
        coalesce(sum(incremental_rows), 0) as in_source
    from {{ ref('stg_fivetran_log__incremental_mar') }}
),
usage_bills as (
    select count(*) as bills from {{ ref('stg_fivetran_log__usage_cost') }}
),
mart as (
    select
        coalesce(sum(total_active_rows), 0) as active_rows,
        coalesce(sum(paid_active_rows), 0) as paid_rows,
        coalesce(sum(case when connection_id is null then total_active_rows else 0 end), 0) as without_connection,
        count(allocated_cost_usd) as rows_with_cost
    from {{ ref('fct_fivetran_monthly_active_rows') }}
),
checks as (
    {%- set no_usage = ['empty', 'active_rows = 0', 'There is no usage.'] %}
    {{ fivetran_logs.data_checks([
        ['mart cross join usage_source', [
            ['active rows in the mart, of {in_source} in the source', 'active_rows', [
                ['empty', 'usage_rows = 0 and active_rows = 0', 'There is no usage: the account is new, or incremental_mar is missing.'],
                ['wrong', 'active_rows > in_source', 'The mart has more rows than the source: something counts twice, or Fivetran restated the source since the build.'],
                ['wrong', 'in_source > 0 and active_rows = 0', 'The source has usage that the mart lacks: it is dated after as-of, or its dates cannot be read.'],
                ['ok', 'active_rows < in_source', 'The rest is dated after as-of.'],
                ['ok', 'All of them.'],
            ]],
        ]],
        ['mart', [
            ['active rows that match no connection', 'without_connection', [
                no_usage,
                ['ok', 'without_connection > 0', 'Usage names its connection only, and these names were deleted or changed. The rows stay, without an id.'],
                ['ok', 'All usage belongs to a connection.'],
            ]],
            ['paid active rows', 'paid_rows', [
                no_usage,
                ['empty', 'paid_rows = 0', 'All usage is free: a trial, a free plan, or initial syncs only.'],
                ['ok', 'Rows whose free_type is PAID.'],
            ]],
        ]],
        ['mart cross join usage_bills', [
            ['rows of the mart with a cost, from {bills} bills in the source', 'rows_with_cost', [
                ['empty', 'bills = 0', 'There is no usage_cost: the account pays in credits, is on a free plan, or the table is missing. Costs are null.'],
                ['empty', 'rows_with_cost = 0', 'Every bill is for a month after as-of.'],
                ['ok', 'The test bills_are_allocated_to_the_cent compares the sums.'],
            ]],
        ]],
    ]) }}
)
select 'MAR' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_log_errors
-- subject: data check
-- description: Does every warning and error arrive? Issues in the log against the mart, and how many are classified.
with log_rows as (
    select
        coalesce(sum(case when upper(event) = 'SEVERE' then 1 else 0 end), 0) as severe_in_log,
        coalesce(sum(case when upper(event) = 'WARNING' then 1 else 0 end), 0) as warnings_in_log
    from {{ ref('stg_fivetran_log__log') }}
    where time_stamp <= {{ as_of() }}
),
sdk_rows as (
    select count(*) as in_sdk_log
    from {{ ref('stg_fivetran_log__connector_sdk_log') }}
    where upper(level) in ('WARNING', 'SEVERE', 'ERROR')
        and event_time <= {{ as_of() }}
),
mart as (
    select
        count(*) as total,
        coalesce(sum(case when log_source = 'log' and severity = 'SEVERE' then 1 else 0 end), 0) as severe,
        coalesce(sum(case when log_source = 'log' and severity = 'WARNING' then 1 else 0 end), 0) as warnings,
        coalesce(sum(case when log_source = 'connector_sdk' then 1 else 0 end), 0) as from_sdk,
        coalesce(sum(case when error_category = 'other' then 1 else 0 end), 0) as unclassified,
        coalesce(sum(case when error_message is null then 1 else 0 end), 0) as without_message
    from {{ ref('fct_fivetran_error_monitoring') }}
),
checks as (
    {%- set no_issue = ['empty', 'total = 0', 'There are no issues.'] %}
    {{ fivetran_logs.data_checks([
        ['mart cross join log_rows cross join sdk_rows', [
            ['errors of the log in the mart, of {severe_in_log} SEVERE rows', 'severe', [
                ['empty', 'severe_in_log = 0 and severe = 0', 'The log has no error up to as-of.'],
                ['wrong', 'severe = 0', 'The log has errors that the mart lacks: build it again.'],
                ['ok', 'severe > severe_in_log', 'More than the SEVERE rows: a failed sync counts whatever its severity, and issues stay after the source deletes them.'],
                ['ok', 'severe < severe_in_log', 'Fewer than the SEVERE rows: events delivered twice count once, and new ones wait for the next build.'],
                ['ok', 'All of them.'],
            ]],
            ['warnings of the log in the mart, of {warnings_in_log} WARNING rows', 'warnings', [
                ['empty', 'warnings_in_log = 0 and warnings = 0', 'The log has no warning up to as-of.'],
                ['wrong', 'warnings_in_log > 10 and warnings = 0', 'The log has warnings that the mart lacks: build it again.'],
                ['ok', 'warnings < warnings_in_log', 'Fewer than the WARNING rows: a rescheduled sync is not an issue, a failed sync is an error, and events delivered twice count once.'],
                ['ok', 'warnings > warnings_in_log', 'More than the source still has: issues stay after the source deletes them.'],
                ['ok', 'All of them.'],
            ]],
            ['issues of Connector SDK logs, of {in_sdk_log} in the source', 'from_sdk', [
                ['empty', 'in_sdk_log = 0 and from_sdk = 0', 'No Connector SDK connection logged a warning or an error.'],
                ['wrong', 'from_sdk = 0', 'The Connector SDK log has issues that the mart lacks: build it again.'],
                ['ok', 'They have arrived.'],
            ]],
        ]],
        ['mart', [
            ['issues that match no pattern, of {total}', 'unclassified', [
                no_issue,
                ['ok', 'unclassified > 0', 'They have the category other. unclassified_errors lists them: add patterns to the seed fivetran_error_patterns.'],
                ['ok', 'Every issue has a category.'],
            ]],
            ['issues without a message', 'without_message', [
                no_issue,
                ['ok', 'without_message > 0', 'Their log record has only a type, or its JSON is damaged.'],
                ['ok', 'Every issue has a message.'],
            ]],
        ]],
    ]) }}
)
select 'log errors' as check_name, status, what, row_count, explanation
from checks
order by position, what;

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
    select sum(row_count) as in_metadata from change_events
),
log_rows as (
    select count(*) as in_log
    from {{ ref('stg_fivetran_log__log') }}
    where lower(message_event) in ({{ fivetran_logs.schema_change_events() }})
        and time_stamp <= {{ as_of() }}
),
mart as (
    select
        count(*) as total,
        coalesce(sum(case when evidence = 'metadata' then 1 else 0 end), 0) as from_metadata,
        coalesce(sum(case when evidence = 'sync_log' then 1 else 0 end), 0) as from_log,
        coalesce(sum(case when change_type = 'type_changed' then 1 else 0 end), 0) as type_changes,
        coalesce(sum(case when change_type = 'type_changed' and previous_data_type is null then 1 else 0 end), 0) as without_previous_type
    from {{ ref('fct_fivetran_schema_change_history') }}
),
checks as (
    {{ fivetran_logs.data_checks([
        ['mart cross join metadata_rows cross join log_rows', [
            ['changes known from metadata, of {in_metadata} change events', 'from_metadata', [
                ['empty', 'in_metadata = 0 and from_metadata = 0', 'There are no change events: the plan does not include them, or nothing changed.'],
                ['wrong', 'from_metadata = 0', 'The source has change events that the mart lacks: build it again.'],
                ['ok', 'Several attributes of one change are one row.'],
            ]],
            ['changes known from the log, of {in_log} schema events', 'from_log', [
                ['empty', 'in_log = 0 and from_log = 0', 'The log has no schema event up to as-of.'],
                ['wrong', 'in_log > 0 and total = 0', 'The log has schema events that the mart lacks: build it again.'],
                ['ok', 'from_log = 0', 'Metadata has the same changes.'],
                ['ok', 'A change that metadata has too is not repeated.'],
            ]],
            ['type changes without a previous type, of {type_changes}', 'without_previous_type', [
                ['empty', 'type_changes = 0', 'No type has changed.'],
                ['ok', 'without_previous_type > 0', 'The source did not record the earlier type: the column is older than the log, or the log event lacks it.'],
                ['ok', 'Every type change names both types.'],
            ]],
        ]],
    ]) }}
)
select 'schema events' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_user_activity
-- subject: data check
-- description: Do actions of people arrive? Audit trail and log in the source against the mart, and actors without a name.
with trail_rows as (
    select count(*) as in_trail
    from {{ ref('stg_fivetran_log__audit_trail') }}
    where captured_at <= {{ as_of() }}
),
log_rows as (
    select count(*) as in_log
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
        coalesce(sum(case when log_source = 'audit_trail' then 1 else 0 end), 0) as from_trail,
        coalesce(sum(case when log_source = 'log' then 1 else 0 end), 0) as from_log,
        coalesce(sum(case when actor_type = 'user' and user_email is null then 1 else 0 end), 0) as without_email
    from {{ ref('fct_fivetran_user_activity') }}
),
checks as (
    {{ fivetran_logs.data_checks([
        ['mart cross join trail_rows cross join log_rows', [
            ['actions known from the audit trail, of {in_trail} in the source', 'from_trail', [
                ['empty', 'in_trail = 0 and from_trail = 0', 'There is no audit trail: it comes with the Enterprise plan.'],
                ['wrong', 'from_trail = 0', 'The source has an audit trail that the mart lacks: build it again.'],
                ['ok', 'The audit trail has arrived.'],
            ]],
            ['actions known from the log, of {in_log} events that name an actor', 'from_log', [
                ['empty', 'in_log = 0 and from_log = 0', 'The log has no action of a person up to as-of, or the source deleted it.'],
                ['wrong', 'in_log > 0 and total = 0', 'The log has actions that the mart lacks: build it again.'],
                ['ok', 'If the audit trail has the same action, only its row counts.'],
            ]],
            ['actions of people whose address is not known', 'without_email', [
                ['empty', 'total = 0', 'There are no actions.'],
                ['ok', 'without_email > 0', 'They have left, or the table user is missing. Their actions stay.'],
                ['ok', 'Every person is known.'],
            ]],
        ]],
    ]) }}
)
select 'user activity' as check_name, status, what, row_count, explanation
from checks
order by position, what;

-- name: check_date_ranges
-- subject: data check
-- description: Which days does each layer cover, and is it fresh? Shows whether the source is stale or the build.
{%- set layers = [
    ['log in the source', 'stg_fivetran_log__log', 'time_stamp', 48, 'The Platform connection delivered nothing for two days: is it paused or broken? For an old export, set fivetran_logs_as_of.'],
    ['events kept', 'int_fivetran_log__events', 'occurred_at', 48, 'If the log in the source is fresh, build again.'],
    ['syncs', 'fct_fivetran_sync_performance', 'sync_started_at', 48, 'If the log in the source is fresh, build again, or every connection is paused.'],
    ['issues', 'fct_fivetran_error_monitoring', 'occurred_at', none, ''],
    ['schema changes', 'fct_fivetran_schema_change_history', 'change_detected_at', none, ''],
    ['user activity', 'fct_fivetran_user_activity', 'occurred_at', none, ''],
    ['months of usage', 'fct_fivetran_monthly_active_rows', 'month_date', 24 * 32, 'The running month has no usage yet, or the Platform connection has not delivered it.'],
    ['days of the executive dashboard', 'fct_fivetran_executive_dashboard', 'report_date', 24, 'The dashboard was built for an earlier as-of: build again.'],
] %}
with ranges as (
    {%- for what, model, time_column, hours_allowed, why_late in layers %}
    select
        {{ loop.index }} as position,
        '{{ what }}' as what,
        count(*) as row_count,
        cast(min({{ time_column }}) as {{ fivetran_logs.type_utc_timestamp() }}) as first_at,
        cast(max({{ time_column }}) as {{ fivetran_logs.type_utc_timestamp() }}) as last_at,
        {{ hours_allowed if hours_allowed else 'cast(null as ' ~ dbt.type_int() ~ ')' }} as hours_allowed,
        '{{ why_late }}' as why_late
    from {{ ref(model) }}
    {%- if not model.startswith('fct_') %}  {#- a mart already ends at as-of #}
    where {{ time_column }} <= {{ as_of() }}
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
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
        when row_count = 0 then 'No rows up to as-of: see the check of this layer.'
        when last_at < {{ fivetran_logs.time_add('hour', '-hours_allowed', as_of()) }} then why_late
        when hours_allowed is null then 'These are rare, so their age does not matter.'
        else 'As fresh as it can be.'
    end as explanation
from ranges
order by position;
