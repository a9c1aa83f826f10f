-- Questions about the marts, by subject. `fivetran-logs query` lists them; `fivetran-logs query NAME` runs one.
-- Each query has a name, a subject, a description, and one statement that ends with a semicolon at the end of a line.
-- "Now" is as-of, the time that the marts were computed for.


-- ============================================================================================== executive

-- name: platform_today
-- subject: executive
-- description: How is the platform right now? One row with connections, syncs of the day, errors, month to date.
select
    report_date,
    total_connectors,
    active_connectors,
    healthy_connectors,
    failing_connectors,
    connector_health_percentage,
    platform_health_score,
    total_syncs,
    failed_syncs,
    sync_success_rate,
    rows_synced,
    errors_last_7d,
    error_trend_pct,
    connectors_with_recurring_errors,
    paid_active_rows,
    month_to_date_cost_usd
from {{ ref('fct_fivetran_executive_dashboard') }}
where is_latest;

-- name: platform_log_freshness
-- subject: executive
-- description: How far does the log reach? Until when each Platform schema tells what happened, and whether it is late itself.
select
    platform_schema,
    known_until_at,
    as_of_at,
    hours_behind,
    expected_gap_minutes,
    is_late,
    connections
from {{ ref('fct_fivetran_platform_freshness') }}
order by known_until_at, platform_schema;

-- name: platform_last_30_days
-- subject: executive
-- description: How was the platform on each of the last 30 days? Health, syncs, errors and rows, newest first.
select
    report_date,
    platform_health_score,
    connector_health_percentage,
    sync_success_rate,
    failed_syncs,
    total_errors,
    rows_synced,
    active_connectors,
    total_syncs,
    connectors_with_errors,
    schema_changes
from {{ ref('fct_fivetran_executive_dashboard') }}
where report_date > cast({{ days_ago(30) }} as date)
order by report_date desc;

-- name: week_over_week
-- subject: executive
-- description: Is this week better than the last? The last seven full days compared with the seven before. Columns that end in
-- description: _of_same_connections leave out connections without such syncs in one of the two weeks, so new and gone ones change nothing.
-- description: The column new_or_gone_connections names those of one week only, ten at most; with the id where two have one name.
with days as (
    select
        case
            when report_date >= cast({{ days_ago(7) }} as date) then 'last 7 days'
            else 'the 7 days before'
        end as period,
        report_date,
        total_syncs,
        successful_syncs,
        failed_syncs,
        rows_synced,
        total_errors,
        schema_changes,
        platform_health_score
    from {{ ref('fct_fivetran_executive_dashboard') }}
    where report_date >= cast({{ days_ago(14) }} as date)
        and report_date < cast({{ as_of() }} as date)
),
weeks as (
    select
        period,
        min(report_date) as first_date,
        max(report_date) as last_date,
        sum(total_syncs) as total_syncs,
        sum(failed_syncs) as failed_syncs,
        sum(successful_syncs) * 1.0 / nullif(sum(successful_syncs) + sum(failed_syncs), 0) as sync_success_rate,
        sum(rows_synced) as rows_synced,
        sum(total_errors) as total_errors,
        sum(schema_changes) as schema_changes,
        avg(platform_health_score) as avg_platform_health_score
    from days
    group by period
),
syncs as (
    select
        connection_id,
        connection_name,
        case when sync_date >= cast({{ days_ago(7) }} as date) then 'last 7 days' else 'the 7 days before' end as period,
        case when sync_status = 'successful' then 1 else 0 end as is_successful,
        case when sync_status in ('successful', 'failed') then 1 else 0 end as is_finished,
        sync_duration_seconds
    from {{ ref('fct_fivetran_sync_performance') }}
    where sync_date >= cast({{ days_ago(14) }} as date)
        and sync_date < cast({{ as_of() }} as date)
),
connections as (
    select
        connection_id,
        min(connection_name) as connection_name,
        max(case when period = 'last 7 days' then is_finished else 0 end) as is_finished_last,
        max(case when period = 'last 7 days' then 0 else is_finished end) as is_finished_before,
        max(case when period = 'last 7 days' and sync_duration_seconds is not null then 1 else 0 end) as is_measured_last,
        max(case when period <> 'last 7 days' and sync_duration_seconds is not null then 1 else 0 end) as is_measured_before
    from syncs
    group by connection_id
),
compared as (
    select
        syncs.period,
        syncs.connection_id,
        syncs.is_successful,
        syncs.is_finished,
        syncs.sync_duration_seconds,
        connections.is_finished_last * connections.is_finished_before as is_same_finished,
        case when connections.is_measured_last * connections.is_measured_before = 1 then syncs.sync_duration_seconds end as same_duration_seconds
    from syncs
    inner join connections on syncs.connection_id = connections.connection_id
),
rates as (
    select
        period,
        sum(is_same_finished * is_successful) * 1.0 / nullif(sum(is_same_finished * is_finished), 0) as sync_success_rate_of_same_connections,
        count(distinct case when is_finished = 1 then connection_id end) as connections,
        count(distinct case when is_finished = 1 and is_same_finished = 0 then connection_id end) as connections_of_this_week_only
    from compared
    group by period
),
labels as (
    -- one name of two connections is told apart by their ids
    select
        *,
        case
            when count(*) over (partition by connection_name) > 1 then {{ dbt.concat(['connection_name', "' ('", 'connection_id', "')'"]) }}
            else connection_name
        end as label,
        max(is_finished_last) over () * max(is_finished_before) over () as has_both_weeks
    from connections
),
unlike as (
    -- where the log begins in the later week, all would be new
    select
        case when is_finished_last = 1 then 'last 7 days' else 'the 7 days before' end as period,
        label,
        row_number() over (partition by is_finished_last order by label) as place
    from labels
    where is_finished_last <> is_finished_before and has_both_weeks = 1
),
names as (
    select
        period,
        {{ dbt.listagg('label', "', '", 'order by label') }} as new_or_gone_connections
    from unlike
    where place <= 10
    group by period
),
durations as (
    select
        period,
        {{ fivetran_logs.percentile('sync_duration_seconds', 0.95) }} as p95_sync_duration_seconds
    from compared
    group by period
),
same_durations as (
    select
        period,
        {{ fivetran_logs.percentile('same_duration_seconds', 0.95) }} as p95_sync_duration_seconds_of_same_connections
    from compared
    group by period
)
select
    weeks.period,
    weeks.first_date,
    weeks.last_date,
    weeks.total_syncs,
    weeks.failed_syncs,
    weeks.sync_success_rate,
    rates.sync_success_rate_of_same_connections,
    durations.p95_sync_duration_seconds,
    same_durations.p95_sync_duration_seconds_of_same_connections,
    rates.connections,
    rates.connections_of_this_week_only,
    names.new_or_gone_connections,
    weeks.rows_synced,
    weeks.total_errors,
    weeks.schema_changes,
    weeks.avg_platform_health_score
from weeks
left join rates on weeks.period = rates.period
left join names on weeks.period = names.period
left join durations on weeks.period = durations.period
left join same_durations on weeks.period = same_durations.period
order by weeks.first_date desc;

-- name: month_by_month
-- subject: executive
-- description: How much did we sync and pay each month? Rows, paid share and dollars by month; the current month is marked.
select
    month_date,
    count(distinct connection_id) as connections,
    sum(total_active_rows) as total_active_rows,
    sum(paid_active_rows) as paid_active_rows,
    sum(paid_active_rows) * 1.0 / nullif(sum(total_active_rows), 0) as paid_share,
    sum(allocated_cost_usd) as cost_usd,
    min(case when is_month_complete then 1 else 0 end) as is_complete
from {{ ref('fct_fivetran_monthly_active_rows') }}
group by month_date
order by month_date desc;


-- ============================================================================================== health

-- name: unhealthy_connectors
-- subject: health
-- description: Which connections succeed in less than 95 of 100 syncs of the last 7 days? Worst first.
select
    connection_name,
    connector_name,
    destination_name,
    health_status,
    health_score,
    success_rate_last_7d,
    total_syncs_last_7d,
    failed_syncs_last_7d,
    consecutive_failures,
    hours_since_last_success,
    last_successful_sync_at
from {{ ref('fct_fivetran_connector_health') }}
where success_rate_last_7d < 0.95
    and not is_deleted
order by success_rate_last_7d, failed_syncs_last_7d desc, connection_name;

-- name: health_status_counts
-- subject: health
-- description: How many connections have each health status, and which are they?
select
    health_status,
    count(*) as connections,
    avg(health_score) as avg_health_score,
    min(connection_name) as for_example
from {{ ref('fct_fivetran_connector_health') }}
group by health_status
order by connections desc, health_status;

-- name: health_score_explained
-- subject: health
-- description: Why does a connection have its score? The four parts of each active connection's score, lowest score first.
select
    connection_name,
    health_score,
    reliability_score,
    freshness_score,
    stability_score,
    performance_score,
    health_status,
    destination_name,
    success_rate_last_7d,
    hours_since_last_success,
    sync_frequency_minutes,
    schema_changes_last_30d
from {{ ref('fct_fivetran_connector_health') }}
where health_score is not null
order by health_score, connection_name
limit 50;

-- name: delayed_connectors
-- subject: health
-- description: Which active connections have no fresh data? Longest wait first.
select
    connection_name,
    connector_name,
    destination_name,
    health_status,
    sync_frequency_minutes,
    hours_since_last_success,
    last_successful_sync_at,
    last_sync_status,
    last_sync_at
from {{ ref('fct_fivetran_connector_health') }}
where is_delayed
    and not is_deleted
    and not is_paused
order by hours_since_last_success desc, connection_name;

-- name: health_by_connector_type
-- subject: health
-- description: Which connectors cause most trouble? Health by connector type.
select
    connector_name,
    count(*) as connections,
    sum(case when health_status in ('broken', 'delayed', 'degraded') then 1 else 0 end) as unhealthy_connections,
    avg(health_score) as avg_health_score,
    sum(successful_syncs_last_7d) * 1.0
    / nullif(sum(successful_syncs_last_7d) + sum(failed_syncs_last_7d), 0) as success_rate_last_7d,
    sum(errors_last_7d) as errors_last_7d
from {{ ref('fct_fivetran_connector_health') }}
where not is_deleted
group by connector_name
order by unhealthy_connections desc, avg_health_score, connector_name;


-- ============================================================================================== MAR

-- name: open_incidents
-- subject: incidents
-- description: What is broken now, since when, why, and what to do? Open incidents of connections that are not paused, worst first.
select
    severity,
    connection_name,
    started_at,
    coalesce(probable_cause, why_no_cause) as probable_cause,
    suggested_action,
    error_message,
    destination_name,
    team,
    failed_syncs,
    tables_stale,
    paid_active_rows_at_risk,
    last_success_before_at,
    cause_confidence,
    incident_id
from {{ ref('fct_fivetran_incidents') }}
where is_waiting
order by
    case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
    started_at,
    incident_id;

-- name: incidents_last_30_days
-- subject: incidents
-- description: What broke lately, for how long, and why? Incidents of the last 30 days, newest first.
select
    started_at,
    connection_name,
    severity,
    duration_seconds,
    failed_syncs,
    probable_cause,
    error_category,
    error_message,
    ended_at,
    cause_type,
    cause_score,
    wave_id,
    incident_id
from {{ ref('fct_fivetran_incidents') }}
where started_at > {{ days_ago(30) }}
order by started_at desc, incident_id;

-- name: probable_causes
-- subject: incidents
-- description: Why is this change the probable cause, and why is no other? The changes before each incident of the last 30 days, with scores.
select
    incidents.connection_name,
    incidents.started_at,
    causes.change_summary,
    causes.cause_score,
    causes.veto,
    causes.cause_at,
    causes.actor,
    causes.scope,
    causes.mechanism_score,
    causes.scope_score,
    causes.time_score,
    incidents.error_category,
    incidents.incident_id
from {{ ref('fct_fivetran_incident_causes') }} as causes
inner join {{ ref('fct_fivetran_incidents') }} as incidents on causes.incident_id = incidents.incident_id
where incidents.started_at > {{ days_ago(30) }}
order by incidents.started_at desc, causes.candidate_rank, causes.cause_id;

-- name: waves
-- subject: incidents
-- description: What failed in several connections at once? Groups of incidents that began together, newest first.
select
    started_at,
    wave_summary,
    severity,
    connections,
    connections_in_scope,
    ended_at,
    error_message,
    scope_type,
    incidents
from {{ ref('fct_fivetran_waves') }}
order by started_at desc, wave_id;

-- name: service_levels
-- subject: incidents
-- description: Who keeps its promise this month, and who has spent its error budget? Freshness by team and connection, least left first.
select
    dimension,
    dimension_name,
    achieved,
    freshness_target,
    is_met,
    error_budget_left_minutes,
    minutes_stale,
    incidents,
    mean_hours_to_recover,
    mean_hours_between_failures,
    connections,
    error_budget_minutes,
    month_date
from {{ ref('fct_fivetran_service_levels') }}
where month_date = (select max(month_date) from {{ ref('fct_fivetran_service_levels') }})
order by error_budget_left_minutes, dimension, dimension_id;

-- name: mar_cost_drivers_this_month
-- subject: MAR
-- description: What drives MAR cost this month? The tables with most paid active rows, with their share and their cost.
select
    connection_name,
    table_name,
    paid_active_rows,
    allocated_cost_usd,
    share_of_paid,
    month_over_month_pct,
    consumer_rank,
    connector_name,
    destination_name,
    schema_name,
    previous_month_same_days_active_rows
from {{ ref('fct_fivetran_monthly_active_rows') }}
where month_date = (select max(latest.month_date) from {{ ref('fct_fivetran_monthly_active_rows') }} as latest)
    and paid_active_rows > 0
order by consumer_rank
limit 20;

-- name: mar_by_connection
-- subject: MAR
-- description: Rows and cost of each connection and month, the last six months with data, most expensive first.
select
    month_date,
    connection_name,
    sum(paid_active_rows) as paid_active_rows,
    sum(allocated_cost_usd) as allocated_cost_usd,
    sum(share_of_paid) as share_of_paid,
    sum(free_active_rows) as free_active_rows,
    connector_name,
    destination_name
from {{ ref('fct_fivetran_monthly_active_rows') }}
where month_date >= cast({{ fivetran_logs.time_add('month', -6, as_of()) }} as date)
group by month_date, connection_name, connector_name, destination_name
order by month_date desc, paid_active_rows desc, connection_name;

-- name: mar_growth
-- subject: MAR
-- description: Which tables grew most since the month before, in an open month since its same days? Largest growth in rows first.
select
    connection_name,
    table_name,
    month_over_month_change,
    month_over_month_pct,
    total_active_rows,
    previous_month_same_days_active_rows,
    month_date,
    destination_name,
    schema_name,
    paid_active_rows,
    is_month_complete
from {{ ref('fct_fivetran_monthly_active_rows') }}
where month_date = (select max(latest.month_date) from {{ ref('fct_fivetran_monthly_active_rows') }} as latest)
    and month_over_month_change > 0
order by month_over_month_change desc, connection_name, table_name
limit 20;

-- name: mar_free_and_paid
-- subject: MAR
-- description: How much of each destination's month is free, and how much is paid?
select
    month_date,
    destination_name,
    sum(paid_active_rows) as paid_active_rows,
    sum(free_active_rows) as free_active_rows,
    sum(paid_active_rows) * 1.0 / nullif(sum(total_active_rows), 0) as paid_share,
    sum(allocated_cost_usd) as cost_usd,
    sum(total_active_rows) as total_active_rows
from {{ ref('fct_fivetran_monthly_active_rows') }}
group by month_date, destination_name
order by month_date desc, destination_name;

-- name: mar_by_team
-- subject: MAR
-- description: How much does each team use and cost? Paid rows and dollars by team, this month so far and the month before. Teams come
-- description: from the seed fivetran_connection_owners. Usage of connections without an owner has no team.
select
    team,
    cost_centre,
    sum(case when month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} then allocated_cost_usd end) as cost_this_month_usd,
    sum(case when month_date < {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} then allocated_cost_usd end) as cost_last_month_usd,
    sum(case when month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} then paid_active_rows else 0 end) as paid_active_rows_this_month,
    sum(case when month_date < {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }} then paid_active_rows else 0 end) as paid_active_rows_last_month,
    count(distinct connection_id) as connections
from {{ ref('fct_fivetran_monthly_active_rows') }}
where month_date >= {{ fivetran_logs.date_add('month', -1, fivetran_logs.month_of(fivetran_logs.as_of_date())) }}
group by team, cost_centre
order by paid_active_rows_this_month desc, team, cost_centre;

-- name: team_costs_this_month
-- subject: MAR
-- description: What will this month cost each team? Allocated to date, projected to the end of the month, and its budget; most expensive first.
with this_month as (
    select
        team,
        sum(allocated_cost_usd) as cost_to_date_usd,
        sum(paid_active_rows) as paid_active_rows,
        count(distinct connection_id) as connections
    from {{ ref('fct_fivetran_cost_allocation') }}
    where month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
    group by team
),
projected as (
    select
        team,
        sum(projected_cost_usd) as projected_cost_usd
    from {{ ref('fct_fivetran_mar_forecast') }}
    where month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
    group by team
),
budgets as (
    select
        lower(scope) as team,
        budget,
        status
    from {{ ref('fct_fivetran_budget_status') }}
    where scope_type = 'team'
        and unit = 'usd'
        and month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
),
-- on the first days of a month a team may have no cost yet
teams as (
    select team from this_month
    {{ fivetran_logs.union_distinct() }}
    select team from projected
)
select
    teams.team,
    projected.projected_cost_usd,
    this_month.cost_to_date_usd,
    budgets.budget as budget_usd,
    budgets.status as budget_status,
    coalesce(this_month.paid_active_rows, 0) as paid_active_rows,
    coalesce(this_month.connections, 0) as connections
from teams
left join this_month on coalesce(teams.team, '') = coalesce(this_month.team, '')
left join projected on coalesce(teams.team, '') = coalesce(projected.team, '')
left join budgets on lower(teams.team) = budgets.team
order by coalesce(projected.projected_cost_usd, this_month.cost_to_date_usd, 0) desc, teams.team;

-- name: chargeback
-- subject: MAR
-- description: What does each team pay for which month? Statement of the last 12 months by team, cost centre, owner and kind of charge.
-- description: The rows of a month sum to its bills. What no team owns has its own rows.
select
    month_date,
    team,
    owner,
    charge_kind,
    sum(allocated_cost_usd) as cost_usd,
    sum(paid_active_rows) as paid_active_rows,
    sum(credits) as credits,
    max(case when is_estimate then 1 else 0 end) = 1 as is_estimate,
    cost_centre,
    count(distinct connection_id) as connections
from {{ ref('fct_fivetran_cost_allocation') }}
where month_date >= {{ fivetran_logs.date_add('month', -12, fivetran_logs.month_of(fivetran_logs.as_of_date())) }}
group by month_date, team, cost_centre, owner, charge_kind
order by month_date desc, team, cost_centre, owner, charge_kind;

-- name: unit_costs
-- subject: MAR
-- description: What do a million rows, a connection and a table cost, and why did the bill change? Allocated dollars by month; of the change,
-- description: what rows, prices and the mix of dear and cheap connections did. The open month is to date and compared with none.
select
    month_date,
    cost_usd,
    cost_per_million_rows_usd,
    cost_per_connection_usd,
    cost_per_table_usd,
    change_usd,
    change_by_rows_usd,
    change_by_price_usd,
    change_by_mix_usd,
    paid_active_rows,
    connections,
    tables_in_use,
    is_estimate
from {{ ref('fct_fivetran_unit_economics') }}
where dimension = 'account' and cost_usd is not null
order by month_date desc;

-- name: cost_movers
-- subject: MAR
-- description: Which connections changed the bill most, by rows or by price? Allocated dollars of the last whole month against the one before.
-- description: A charge without rows, such as transformations, changes by price. A destination that lacks the bill of one of them is left out.
with without_bill as (
    select distinct coalesce(destination_id, '') as destination_id
    from {{ ref('fct_fivetran_cost_allocation') }}
    where
        not is_billed
        and paid_active_rows > 0
        and month_date >= {{ fivetran_logs.date_add('month', -2, fivetran_logs.month_of(fivetran_logs.as_of_date())) }}
        and month_date < {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
),
months as (
    select
        coalesce(connection_id, connection_name, charge_kind) as consumer,
        max(connection_name) as connection_name,
        max(team) as team,
        max(charge_kind) as charge_kind,
        destination_name,
        sum(case when month_date >= {{ fivetran_logs.date_add('month', -1, fivetran_logs.month_of(fivetran_logs.as_of_date())) }} then allocated_cost_usd else 0 end) as cost_usd,
        sum(case when month_date < {{ fivetran_logs.date_add('month', -1, fivetran_logs.month_of(fivetran_logs.as_of_date())) }} then allocated_cost_usd else 0 end) as cost_before_usd,
        sum(case when month_date >= {{ fivetran_logs.date_add('month', -1, fivetran_logs.month_of(fivetran_logs.as_of_date())) }} then paid_active_rows else 0 end) as paid_rows,
        sum(case when month_date < {{ fivetran_logs.date_add('month', -1, fivetran_logs.month_of(fivetran_logs.as_of_date())) }} then paid_active_rows else 0 end) as paid_rows_before
    from {{ ref('fct_fivetran_cost_allocation') }}
    where
        is_billed
        and month_date >= {{ fivetran_logs.date_add('month', -2, fivetran_logs.month_of(fivetran_logs.as_of_date())) }}
        and month_date < {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
        and coalesce(destination_id, '') not in (select without_bill.destination_id from without_bill)
    group by coalesce(connection_id, connection_name, charge_kind), destination_name
),
changes as (
    select
        *,
        cost_usd - cost_before_usd as change_usd,
        case
            when paid_rows > 0 and paid_rows_before > 0
                then {{ fivetran_logs.as_money(fivetran_logs.as_double('(paid_rows - paid_rows_before) * cost_before_usd') ~ ' / ' ~ fivetran_logs.as_double('paid_rows_before')) }}
            when paid_rows = paid_rows_before then 0
            else cost_usd - cost_before_usd
        end as change_by_rows_usd
    from months
)
select
    coalesce(connection_name, charge_kind) as connection_name,
    change_usd,
    change_by_rows_usd,
    change_usd - change_by_rows_usd as change_by_price_usd,
    cost_usd,
    cost_before_usd,
    paid_rows,
    paid_rows_before,
    team,
    destination_name
from changes
where change_usd <> 0
order by abs(change_usd) desc, connection_name, destination_name, consumer
limit 25;

-- name: cost_notes
-- subject: MAR
-- description: Where must somebody act before costs are whole? Closed months without a bill, bills without usage, currencies without a rate.
select
    month_date,
    coalesce(destination_name, destination_id) as destination,
    note,
    sum(paid_active_rows) as paid_active_rows,
    sum(allocated_cost_usd) as allocated_cost_usd
from {{ ref('fct_fivetran_cost_allocation') }}
where note is not null
group by month_date, coalesce(destination_name, destination_id), note
order by month_date desc, destination, note;

-- name: transformations
-- subject: MAR
-- description: What do my transformations cost, and which fail? Jobs in the last 30 days.
select
    job_name,
    sum(cost_usd) as cost_usd,
    sum(paid_model_runs) as paid_model_runs,
    sum(free_model_runs) as free_model_runs,
    sum(runs) as runs,
    sum(failed_runs) as failed_runs,
    sum(models_failed) as models_failed,
    sum(duration_seconds) / nullif(sum(runs), 0) as seconds_per_run,
    max(case when failed_runs > 0 then run_date end) as last_failed_on,
    project_type,
    max(destination_name) as destination_name,
    job_id
from {{ ref('fct_fivetran_transformation_runs') }}
where run_date > cast({{ days_ago(30) }} as date)
group by job_id, job_name, project_type
order by cost_usd desc nulls last, failed_runs desc nulls last, job_name, job_id, project_type;

-- name: price_points
-- subject: MAR
-- description: What does the bill itself say about the price list? Months in which one connection makes more than 90 % of a destination's
-- description: paid rows: their bill is a point of the price list, to fill the seed fivetran_price_curve with. Model runs that the list
-- description: prices are taken off; a bill of 0 or less says no price.
with connection_months as (
    select
        month_date,
        destination_name,
        destination_id,
        connection_name,
        sum(paid_active_rows) as paid_active_rows,
        max(calibration_factor) as calibration_factor
    from {{ ref('fct_fivetran_cost_allocation') }}
    where is_billed and not is_estimate and connection_name is not null
    group by month_date, destination_name, destination_id, connection_name
),
bills as (
    select
        month_date,
        destination_id,
        sum(paid_active_rows) as paid_active_rows,
        sum(allocated_cost_usd) as bill_usd,
        sum(case when charge_kind <> 'transformation' then allocated_cost_usd else 0 end) as bill_of_rows_usd
    from {{ ref('fct_fivetran_cost_allocation') }}
    where is_billed and not is_estimate
    group by month_date, destination_id
)
select
    connection_months.month_date,
    connection_months.destination_name,
    connection_months.connection_name,
    connection_months.paid_active_rows,
    bills.bill_usd,
    connection_months.paid_active_rows * 1.0 / bills.paid_active_rows as share_of_rows,
    bills.bill_of_rows_usd * 1000000.0 / bills.paid_active_rows as usd_per_million_rows,
    connection_months.calibration_factor
from connection_months
inner join bills
    on connection_months.month_date = bills.month_date
    and coalesce(connection_months.destination_id, '') = coalesce(bills.destination_id, '')
where connection_months.paid_active_rows > 0.9 * bills.paid_active_rows
    and bills.bill_of_rows_usd > 0
order by connection_months.paid_active_rows, connection_months.month_date, connection_months.destination_name, connection_months.connection_name;

-- name: price_list_fit
-- subject: MAR
-- description: Does the price list fit the bills? Bill divided by modelled cost, by destination: about the same in every month where the
-- description: list is right. A wide spread means a wrong list, or a price agreed for the whole. No rows without a price list. Months
-- description: with less than 10 dollars are left out: whole cents decide them.
with factors as (
    select
        month_date,
        destination_id,
        destination_name,
        max(calibration_factor) as calibration_factor
    from {{ ref('fct_fivetran_cost_allocation') }}
    where calibration_factor is not null and not is_estimate
    group by month_date, destination_id, destination_name
    having sum(modelled_cost_usd) >= 10
)
select
    destination_name,
    destination_id,
    count(*) as months,
    avg(calibration_factor) as average_factor,
    min(calibration_factor) as lowest_factor,
    max(calibration_factor) as highest_factor,
    (max(calibration_factor) - min(calibration_factor)) / nullif(avg(calibration_factor), 0) as spread,
    min(month_date) as first_month_date,
    max(month_date) as last_month_date
from factors
group by destination_name, destination_id
order by spread desc, destination_name, destination_id;

-- name: explain_difference
-- subject: MAR
-- description: Why does a month differ from Fivetran's dashboard? The figure of each month, its parts by free type, and each reason for a
-- description: difference with the rows it accounts for, newest month first. One month: fivetran-logs explain-difference --month 2026-05.
with figures as (
    select
        month_date,
        min(case when is_month_complete then 1 else 0 end) as is_month_complete,
        sum(paid_active_rows) as paid_active_rows,
        sum(free_active_rows) as free_active_rows,
        sum(total_active_rows) as total_active_rows,
        count(distinct coalesce(connection_id, connection_name)) as connections
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    group by month_date
),
-- each reason is listed in each month, with 0 rows where it accounts for none, so that it can be ruled out
reasons as (
    {%- for reason in ['free_type', 'open_day', 'late_usage', 'after_as_of', 'time_zone', 'restated', 'deleted_connection', 'unmatched_connection', 'activation'] %}
    select {{ loop.index }} as position, '{{ reason }}' as reason
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
parts as (
    select
        month_date,
        reason,
        detail,
        case when is_estimate then 'estimate' when is_in_figure then 'in the figure' else 'left out' end as place,
        sum(paid_active_rows) as paid_active_rows,
        sum(free_active_rows) as free_active_rows,
        sum(total_active_rows) as total_active_rows,
        sum(connections) as connections,
        min(explanation) as explanation
    from {{ ref('fct_fivetran_mar_reconciliation') }}
    group by 1, 2, 3, 4
),
lines as (
    select
        month_date,
        is_month_complete,
        0 as position,
        'figure' as reason,
        'all rows' as detail,
        'the figure' as place,
        paid_active_rows,
        free_active_rows,
        total_active_rows,
        connections,
        'The month in fct_fivetran_monthly_active_rows: compare this with the dashboard. The rows by free type add up to it.' as explanation
    from figures
    union all
    select
        figures.month_date,
        figures.is_month_complete,
        reasons.position,
        reasons.reason,
        parts.detail,
        coalesce(parts.place, 'none') as place,
        coalesce(parts.paid_active_rows, 0) as paid_active_rows,
        coalesce(parts.free_active_rows, 0) as free_active_rows,
        coalesce(parts.total_active_rows, 0) as total_active_rows,
        coalesce(parts.connections, 0) as connections,
        coalesce(parts.explanation, 'No row of this month.') as explanation
    from figures
    cross join reasons
    left join parts on figures.month_date = parts.month_date and reasons.reason = parts.reason
)
select *
from lines
order by month_date desc, position, place, total_active_rows desc, detail;

-- name: forecast
-- subject: MAR
-- description: Where does each connection end this month, and where are the next three? Paid rows and dollars, projected, with the range
-- description: that holds for eight months in ten. Model runs of transformations are lines of their own (charge_kind).
select
    month_date,
    connection_name,
    charge_kind,
    projected_cost_usd,
    projected_paid_active_rows,
    projected_low,
    projected_high,
    paid_active_rows_to_date,
    destination_name,
    team,
    last_month_paid_active_rows,
    method,
    months_of_history,
    typical_error,
    budget,
    budget_exhausted_on
from {{ ref('fct_fivetran_mar_forecast') }}
order by month_date, projected_paid_active_rows desc, projected_cost_usd desc, forecast_key;

-- name: budgets
-- subject: MAR
-- description: Does each budget last? Spent, projected with its range, and the day it runs out, for the open month and the next three.
-- description: Budgets come from the seed fivetran_budgets. If that seed is empty, this query has no rows.
select
    month_date,
    coalesce(scope, 'whole account') as scope,
    unit,
    status,
    budget,
    projected,
    exhausted_on,
    low,
    high,
    spent_to_date,
    variance,
    scope_type,
    note
from {{ ref('fct_fivetran_budget_status') }}
order by month_date, variance desc, scope_type, scope, unit;


-- ============================================================================================== sync performance

-- name: slowest_syncs
-- subject: sync performance
-- description: Which syncs of the last 7 days took longest, and in which stage?
select
    connection_name,
    sync_started_at,
    sync_duration_seconds,
    baseline_duration_seconds,
    duration_ratio,
    slowest_stage,
    destination_name,
    sync_id,
    sync_status,
    extract_seconds,
    process_seconds,
    load_seconds,
    rows_synced,
    is_duration_anomaly
from {{ ref('fct_fivetran_sync_performance') }}
where sync_completed_at > {{ days_ago(7) }}
order by sync_duration_seconds desc, sync_key
limit 20;

-- name: duration_anomalies
-- subject: sync performance
-- description: Which syncs of the last 30 days took far longer than usual for their connection?
select
    connection_name,
    sync_started_at,
    sync_duration_seconds,
    baseline_duration_seconds,
    duration_ratio,
    slowest_stage,
    rows_synced,
    api_calls
from {{ ref('fct_fivetran_sync_performance') }}
where is_duration_anomaly
    and sync_completed_at > {{ days_ago(30) }}
order by duration_ratio desc, sync_key
limit 50;

-- name: time_by_stage
-- subject: sync performance
-- description: Where does the time go? Hours spent on extract, process and load in the last 7 days, by connection.
select
    connection_name,
    sum(sync_duration_seconds) / 3600.0 as sync_hours,
    sum(extract_seconds) / 3600.0 as extract_hours,
    sum(process_seconds) / 3600.0 as process_hours,
    sum(load_seconds) / 3600.0 as load_hours,
    count(*) as syncs,
    sum(rows_synced) as rows_synced,
    connector_name,
    sum(rows_synced) / nullif(sum(sync_duration_seconds), 0) as rows_per_second
from {{ ref('fct_fivetran_sync_performance') }}
where sync_completed_at > {{ days_ago(7) }}
    and sync_status = 'successful'
group by connection_id, connection_name, connector_name
order by sync_hours desc, connection_name;

-- name: daily_sync_trend
-- subject: sync performance
-- description: How do syncs change from day to day? Counts, success and duration of each of the last 30 days.
select
    sync_date,
    count(*) as total_syncs,
    sum(case when sync_status = 'successful' then 1 else 0 end) as successful_syncs,
    sum(case when sync_status = 'failed' then 1 else 0 end) as failed_syncs,
    sum(case when sync_status = 'rescheduled' then 1 else 0 end) as rescheduled_syncs,
    avg(sync_duration_seconds) as avg_sync_duration_seconds,
    max(sync_duration_seconds) as max_sync_duration_seconds,
    sum(rows_synced) as rows_synced
from {{ ref('fct_fivetran_sync_performance') }}
where sync_date > cast({{ days_ago(30) }} as date)
group by sync_date
order by sync_date desc;

-- name: largest_tables
-- subject: sync performance
-- description: Which tables had most changed rows in the last 7 days?
select
    health.connection_name,
    table_syncs.schema_name,
    table_syncs.table_name,
    count(*) as syncs,
    sum(table_syncs.rows_replaced_or_inserted) as rows_replaced_or_inserted,
    sum(table_syncs.rows_updated) as rows_updated,
    sum(table_syncs.rows_deleted) as rows_deleted,
    sum(table_syncs.rows_synced) as rows_synced
from {{ ref('fct_fivetran_table_syncs') }} as table_syncs
inner join {{ ref('fct_fivetran_sync_performance') }} as syncs on table_syncs.sync_key = syncs.sync_key
left join {{ ref('fct_fivetran_connector_health') }} as health on table_syncs.connection_id = health.connection_id
where syncs.sync_completed_at > {{ days_ago(7) }}
group by table_syncs.connection_id, health.connection_name, table_syncs.schema_name, table_syncs.table_name
order by rows_synced desc, health.connection_name, table_syncs.table_name
limit 20;

-- name: rows_by_day_written
-- subject: sync performance
-- description: How many rows were written on which day? The last 30 days by the day on which a table's write ended. A sync over midnight
-- description: writes on two days. Where the log has no write event, the day of the sync counts.
select
    coalesce(cast(table_syncs.write_completed_at as date), syncs.sync_date) as write_date,
    syncs.connection_name,
    syncs.destination_name,
    count(distinct table_syncs.table_sync_key) as table_writes,
    sum(table_syncs.rows_replaced_or_inserted) as rows_replaced_or_inserted,
    sum(table_syncs.rows_updated) as rows_updated,
    sum(table_syncs.rows_deleted) as rows_deleted,
    sum(table_syncs.rows_synced) as rows_synced
from {{ ref('fct_fivetran_table_syncs') }} as table_syncs
inner join {{ ref('fct_fivetran_sync_performance') }} as syncs on table_syncs.sync_key = syncs.sync_key
where coalesce(table_syncs.write_completed_at, syncs.sync_completed_at, syncs.sync_started_at) > {{ days_ago(30) }}
group by 1, syncs.connection_id, syncs.connection_name, syncs.destination_name
order by write_date desc, rows_synced desc, syncs.connection_name, syncs.destination_name;

-- name: waiting_and_canceled_syncs
-- subject: sync performance
-- description: Why were syncs rescheduled or canceled in the last 30 days, and what kind of sync were they?
select
    connection_name,
    sync_status,
    failure_reason,
    count(*) as syncs,
    max(sync_completed_at) as latest_sync_at,
    sync_kind,
    failure_task_type
from {{ ref('fct_fivetran_sync_performance') }}
where sync_status in ('rescheduled', 'canceled')
    and sync_completed_at > {{ days_ago(30) }}
group by connection_id, connection_name, sync_status, sync_kind, failure_reason, failure_task_type
order by syncs desc, connection_name, sync_status, failure_reason, failure_task_type;


-- ============================================================================================== errors

-- name: table_volumes
-- subject: sync performance
-- description: Which tables got far fewer or more rows than usual in the last 7 days? Newest first.
select
    volumes.sync_date,
    health.connection_name,
    volumes.schema_name,
    volumes.table_name,
    volumes.anomaly,
    volumes.rows_synced,
    volumes.expected_rows,
    volumes.low,
    volumes.high,
    volumes.days_of_history,
    volumes.connection_id
from {{ ref('fct_fivetran_table_volumes') }} as volumes
left join {{ ref('fct_fivetran_connector_health') }} as health on volumes.connection_id = health.connection_id
where volumes.anomaly is not null and volumes.sync_date >= cast({{ days_ago(7) }} as date)
order by volumes.sync_date desc, volumes.expected_rows desc, volumes.connection_id, volumes.schema_name, volumes.table_name;

-- name: quiet_tables
-- subject: sync performance
-- description: Why is a table empty or without new rows, and since when? Tables without a row since yesterday; the newest silence first.
with tables as (
    select
        connection_id,
        schema_name,
        table_name,
        max(case when rows_synced > 0 then sync_date end) as last_rows_date,
        sum(case when rows_synced > 0 then 1 else 0 end) as days_with_rows
    from {{ ref('fct_fivetran_table_volumes') }}
    group by connection_id, schema_name, table_name
),
quiet as (
    select * from tables where last_rows_date < cast({{ days_ago(1) }} as date)
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
        max(changes.occurred_at) as changed_at,
        max(changes.user_email) as changed_by
    from quiet as tables
    inner join {{ ref('fct_fivetran_configuration_changes') }} as changes
        on tables.connection_id = changes.connection_id
            and cast(changes.occurred_at as date) >= tables.last_rows_date
            and {{ fivetran_logs.setting_names_a_table() }}
    group by tables.connection_id, tables.schema_name, tables.table_name
)
select
    tables.table_name,
    health.connection_name,
    tables.last_rows_date,
    {{ fivetran_logs.why_a_table_is_quiet() }} as reason,
    tables.schema_name,
    coalesce(incidents.probable_cause, incidents.error_message) as why_it_fails,
    incidents.suggested_action,
    coalesce(dropped.dropped_at, changed.changed_at, incidents.started_at) as since_at,
    changed.changed_by,
    tables.days_with_rows,
    health.last_successful_sync_at,
    tables.connection_id
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
order by tables.last_rows_date desc, tables.days_with_rows desc, tables.connection_id, tables.schema_name, tables.table_name;

-- name: recurring_errors_by_type
-- subject: errors
-- description: Which errors recur, how often, and which connections do they affect? Errors of the last 30 days.
with errors_of_connections as (
    select
        error_category,
        error_type,
        connection_id,
        coalesce(connection_name, connection_id, 'no connection') as connection_name,
        count(*) as occurrences,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        min(suggested_action) as suggested_action
    from {{ ref('fct_fivetran_error_monitoring') }}
    where is_recurring_error
        and severity = 'SEVERE'
        and not is_echo
        and occurred_at > {{ days_ago(30) }}
    group by error_category, error_type, connection_id, connection_name
)
select
    error_type,
    sum(occurrences) as occurrences,
    count(*) as affected_connections,
    max(last_seen_at) as last_seen_at,
    min(suggested_action) as suggested_action,
    error_category,
    {{ dbt.listagg('connection_name', "', '", 'order by connection_name') }} as connection_names,
    min(first_seen_at) as first_seen_at
from errors_of_connections
group by error_category, error_type
order by occurrences desc, error_type;

-- name: latest_errors
-- subject: errors
-- description: What went wrong last? The newest errors with cause and remedy.
select
    occurred_at,
    connection_name,
    error_message,
    suggested_action,
    error_category,
    destination_name,
    severity,
    error_type,
    is_recurring_error,
    occurrences,
    root_cause
from {{ ref('fct_fivetran_error_monitoring') }}
where severity = 'SEVERE'
    and not is_echo
    and occurred_at > {{ days_ago(7) }}
order by occurred_at desc, error_id
limit 50;

-- name: errors_by_category
-- subject: errors
-- description: Who has to act? Errors and warnings of the last 7 days by category, compared with the 7 days before.
select
    error_category,
    sum(case when severity = 'SEVERE' and occurred_at > {{ days_ago(7) }} then 1 else 0 end) as errors_last_7d,
    sum(case when severity = 'SEVERE' and occurred_at <= {{ days_ago(7) }} then 1 else 0 end) as errors_7d_before,
    sum(case when severity = 'WARNING' and occurred_at > {{ days_ago(7) }} then 1 else 0 end) as warnings_last_7d,
    sum(case when severity = 'WARNING' and occurred_at <= {{ days_ago(7) }} then 1 else 0 end) as warnings_7d_before,
    count(distinct connection_id) as connections
from {{ ref('fct_fivetran_error_monitoring') }}
where occurred_at > {{ days_ago(14) }}
    and not is_echo
group by error_category
order by errors_last_7d desc, warnings_last_7d desc, error_category;

-- name: recurring_warnings
-- subject: errors
-- description: Which warnings keep recurring?
select
    connection_name,
    min(error_message) as error_message,
    max(occurrences) as occurrences,
    max(last_seen_at) as last_seen_at,
    error_type,
    error_category,
    max(occurrences_last_7d) as occurrences_last_7d,
    min(first_seen_at) as first_seen_at,
    max(affected_tables) as affected_tables
from {{ ref('fct_fivetran_error_monitoring') }}
where severity = 'WARNING'
    and is_recurring_error
group by connection_id, connection_name, error_type, error_category, error_fingerprint
order by occurrences_last_7d desc, occurrences desc, connection_name
limit 50;

-- name: unclassified_errors
-- subject: errors
-- description: Which messages match no error pattern yet? Add rows for them to the seed fivetran_error_patterns.
select
    error_fingerprint,
    count(*) as issues,
    count(distinct connection_id) as connections,
    max(occurred_at) as last_seen_at,
    min(error_message) as error_message
from {{ ref('fct_fivetran_error_monitoring') }}
where error_category = 'other'
    and not is_echo
group by error_fingerprint
order by issues desc, error_fingerprint
limit 50;


-- ============================================================================================== problematic connectors

-- name: problematic_connectors
-- subject: problematic connectors
-- description: Where should I look first? Every connection with a problem, worst first, with its remedy.
select
    severity,
    connection_name,
    problem_summary,
    recommended_action,
    priority_rank,
    connector_name,
    destination_name,
    problem_score,
    paid_active_rows_at_risk,
    tables_at_risk,
    team,
    owner
from {{ ref('fct_fivetran_problematic_connectors') }}
order by priority_rank;

-- name: problems_by_team
-- subject: problematic connectors
-- description: Which teams have connections with problems? By team, with the worst problem of each; connections without an owner have no team.
select
    team,
    count(*) as connections,
    sum(case when severity in ('critical', 'high') then 1 else 0 end) as critical_or_high,
    min(case when priority_rank = best_rank then connection_name end) as worst_connection,
    min(case when priority_rank = best_rank then problem_summary end) as worst_problem,
    sum(case when criticality in ('critical', 'high') then 1 else 0 end) as connections_that_matter_most,
    max(problem_score) as highest_problem_score,
    sum(paid_active_rows_at_risk) as paid_active_rows_at_risk
from (
    select
        *,
        min(priority_rank) over (partition by team) as best_rank
    from {{ ref('fct_fivetran_problematic_connectors') }}
) as problems
group by team
order by highest_problem_score desc, team;

-- name: problems_by_severity
-- subject: problematic connectors
-- description: How many problems are there? By severity, with the rows and tables at risk.
select
    severity,
    count(*) as connections,
    sum(failed_syncs_last_7d) as failed_syncs_last_7d,
    sum(paid_active_rows_at_risk) as paid_active_rows_at_risk,
    max(problem_score) as highest_problem_score,
    sum(recurring_errors) as recurring_errors,
    sum(tables_at_risk) as tables_at_risk
from {{ ref('fct_fivetran_problematic_connectors') }}
group by severity
order by highest_problem_score desc;

-- name: problems_by_cause
-- subject: problematic connectors
-- description: Which error categories cause the problems?
select
    top_error_category,
    count(*) as connections,
    sum(failed_syncs_last_7d) as failed_syncs_last_7d,
    max(consecutive_failures) as most_consecutive_failures,
    max(hours_since_last_success) as longest_hours_since_success,
    min(top_error_message) as for_example
from {{ ref('fct_fivetran_problematic_connectors') }}
group by top_error_category
order by connections desc, top_error_category;


-- ============================================================================================== API usage

-- name: api_calls_by_connection
-- subject: API usage
-- description: Which connections call their source most? API calls and queries of the last 30 days.
select
    connection_name,
    connector_name,
    sum(api_calls) as api_calls,
    max(api_calls) as most_api_calls_in_a_day,
    sum(rate_limit_events) as rate_limit_events,
    sum(rescheduled_syncs) as rescheduled_syncs,
    count(*) as days_with_activity
from {{ ref('fct_fivetran_daily_api_usage') }}
where activity_date > cast({{ days_ago(30) }} as date)
group by connection_id, connection_name, connector_name
order by api_calls desc, connection_name;

-- name: api_calls_by_day
-- subject: API usage
-- description: How do API calls change from day to day? Calls and rate limits of each of the last 30 days.
select
    activity_date,
    sum(api_calls) as api_calls,
    sum(rate_limit_events) as rate_limit_events,
    sum(rescheduled_syncs) as rescheduled_syncs,
    count(distinct connection_id) as connections
from {{ ref('fct_fivetran_daily_api_usage') }}
where activity_date > cast({{ days_ago(30) }} as date)
group by activity_date
order by activity_date desc;

-- name: rate_limited_connections
-- subject: API usage
-- description: Which connections hit the rate limits of their source, and on which days?
select
    connection_name,
    connector_name,
    activity_date,
    rate_limit_events,
    rescheduled_syncs,
    api_calls
from {{ ref('fct_fivetran_daily_api_usage') }}
where activity_date > cast({{ days_ago(30) }} as date)
    and (rate_limit_events > 0 or rescheduled_syncs > 0)
order by rate_limit_events desc, rescheduled_syncs desc, activity_date desc, connection_name
limit 50;

-- name: api_calls_per_thousand_rows
-- subject: API usage
-- description: Which connections make many calls for few rows? API calls per thousand rows synced in the last 30 days.
select
    connection_name,
    connector_name,
    count(*) as syncs,
    sum(api_calls) as api_calls,
    sum(rows_synced) as rows_synced,
    sum(api_calls) * 1000.0 / nullif(sum(rows_synced), 0) as api_calls_per_thousand_rows
from {{ ref('fct_fivetran_sync_performance') }} as performance
where sync_completed_at > {{ days_ago(30) }}
group by connection_id, connection_name, connector_name
having sum(performance.api_calls) > 0
order by api_calls desc, connection_name;


-- ============================================================================================== schema changes

-- name: schema_changes_last_7_days
-- subject: schema changes
-- description: What changed in the last 7 days, from which type to which? Breaking changes first.
select
    change_detected_at,
    connection_name,
    table_name,
    column_name,
    change_type,
    is_breaking,
    destination_name,
    schema_name,
    change_level,
    previous_data_type,
    new_data_type,
    side,
    impact_level,
    downstream_tables,
    downstream_columns
from {{ ref('fct_fivetran_schema_change_history') }}
where change_detected_at > {{ days_ago(7) }}
order by case when is_breaking then 0 else 1 end, change_detected_at desc, change_id;

-- name: breaking_schema_changes
-- subject: schema changes
-- description: Which changes of the last 30 days can break queries on the data?
select
    change_detected_at,
    connection_name,
    table_name,
    column_name,
    change_type,
    previous_data_type,
    new_data_type,
    schema_name,
    impact_level,
    downstream_tables,
    downstream_columns,
    evidence
from {{ ref('fct_fivetran_schema_change_history') }}
where is_breaking
    and change_detected_at > {{ days_ago(30) }}
order by change_detected_at desc, change_id;

-- name: schema_changes_by_connection
-- subject: schema changes
-- description: Which connections change their schema most? Changes of the last 30 days by connection and kind.
select
    connection_name,
    change_type,
    change_level,
    count(*) as changes,
    sum(case when is_breaking then 1 else 0 end) as breaking_changes,
    max(change_detected_at) as latest_change_at,
    connector_name
from {{ ref('fct_fivetran_schema_change_history') }}
where change_detected_at > {{ days_ago(30) }}
    and caused_by_change_id is null
group by connection_id, connection_name, connector_name, change_level, change_type
order by changes desc, connection_name, change_level, change_type;

-- name: schema_change_impact
-- subject: schema changes
-- description: What hangs on the changes of the last 30 days? Tables, columns, paid rows, owners and, with a manifest
-- description: (fivetran-logs build --manifest), models and dashboards. A change and what it caused is one row.
select
    change_detected_at,
    impact_level,
    connection_name,
    side,
    schema_name,
    table_name,
    column_name,
    change_type,
    downstream_tables,
    downstream_columns,
    paid_active_rows,
    owner,
    team,
    downstream_models,
    downstream_exposures,
    downstream_model_names,
    downstream_exposure_names,
    downstream_owners
from {{ ref('fct_fivetran_schema_change_history') }}
where change_detected_at > {{ days_ago(30) }}
    and caused_by_change_id is null
order by
    case impact_level when 'high' then 0 when 'medium' then 1 else 2 end,
    downstream_exposures desc nulls last,
    downstream_models desc nulls last,
    paid_active_rows desc nulls last,
    change_detected_at desc,
    change_id
limit 100;

-- name: new_tables_and_columns
-- subject: schema changes
-- description: Which tables and columns were added in the last 30 days, in connections that are older than that? Newest first.
select
    changes.change_detected_at,
    changes.connection_name,
    changes.schema_name,
    changes.table_name,
    changes.column_name,
    changes.new_data_type,
    changes.paid_active_rows
from {{ ref('fct_fivetran_schema_change_history') }} as changes
inner join {{ ref('fct_fivetran_connector_health') }} as health on changes.connection_id = health.connection_id
where changes.change_detected_at > {{ days_ago(30) }}
    and health.set_up_at <= {{ days_ago(30) }}
    and changes.change_type = 'added'
    and changes.side = 'destination'
    and not health.is_deleted
order by changes.change_detected_at desc, changes.connection_name, changes.change_id
limit 100;

-- name: unread_tables
-- subject: schema changes
-- description: Which tables that you pay for does nothing in your dbt project read? Most paid rows this month first. Needs a manifest:
-- description: fivetran-logs build --manifest target/manifest.json.
select
    lineage.connection_name,
    lineage.destination_name,
    lineage.destination_schema_name as schema_name,
    lineage.destination_table_name as table_name,
    sum(usage.paid_active_rows) as paid_active_rows,
    sum(usage.free_active_rows) as free_active_rows,
    sum(usage.allocated_cost_usd) as allocated_cost_usd
from {{ ref('fct_fivetran_table_lineage') }} as lineage
inner join {{ ref('fct_fivetran_monthly_active_rows') }} as usage
    on lineage.connection_id = usage.connection_id
        and lower(lineage.destination_schema_name) = lower(usage.schema_name)
        and lower(lineage.destination_table_name) = lower(usage.table_name)
        and usage.month_date = {{ fivetran_logs.month_of(fivetran_logs.as_of_date()) }}
where lineage.downstream_models + lineage.downstream_exposures = 0
    and (lineage.is_living or lineage.is_living is null)
group by 1, 2, 3, 4
order by 5 desc, 6 desc, 1, 2, 3, 4
limit 100;

-- name: most_changed_tables
-- subject: schema changes
-- description: Which tables change most? All changes on record, by table.
select
    connection_name,
    table_name,
    count(*) as changes,
    sum(case when is_breaking then 1 else 0 end) as breaking_changes,
    max(change_detected_at) as latest_change_at,
    schema_name,
    sum(case when change_type = 'type_changed' then 1 else 0 end) as type_changes,
    min(change_detected_at) as first_change_at
from {{ ref('fct_fivetran_schema_change_history') }}
where table_name is not null
    and caused_by_change_id is null
group by connection_id, connection_name, schema_name, table_name
order by changes desc, connection_name, schema_name, table_name
limit 20;


-- ============================================================================================== user activity

-- name: recent_user_actions
-- subject: user activity
-- description: Who did what lately? The newest actions of people and API keys.
select
    occurred_at,
    user_email,
    action_type,
    resource_name,
    changed_fields,
    actor_type,
    interaction_method,
    resource_type,
    connection_name,
    destination_name,
    is_sensitive
from {{ ref('fct_fivetran_user_activity') }}
where actor_type <> 'fivetran'
    and occurred_at > {{ days_ago(30) }}
order by occurred_at desc, activity_id
limit 50;

-- name: configuration_changes
-- subject: user activity
-- description: Which settings of which connection changed in the last 30 days, from which value to which, and who changed them?
select
    occurred_at,
    connection_name,
    resource_type,
    resource_name,
    field_path,
    old_value,
    new_value,
    user_email,
    interaction_method,
    action_type,
    is_sensitive,
    unread_because
from {{ ref('fct_fivetran_configuration_changes') }}
where occurred_at > {{ days_ago(30) }}
order by occurred_at desc, activity_id, field_path, change_id;

-- name: sensitive_actions
-- subject: user activity
-- description: Which actions changed access or secrets, or deleted something? The last 90 days.
select
    occurred_at,
    user_email,
    action_type,
    resource_name,
    resource_type,
    user_name,
    actor_type,
    interaction_method,
    action_category,
    secondary_resource_type,
    secondary_resource_name
from {{ ref('fct_fivetran_user_activity') }}
where is_sensitive
    and occurred_at > {{ days_ago(90) }}
order by occurred_at desc, activity_id;

-- name: most_active_users
-- subject: user activity
-- description: Who changes the platform, and through which interface?
select
    user_email,
    actor_type,
    interaction_method,
    count(*) as actions,
    sum(case when is_configuration_change then 1 else 0 end) as configuration_changes,
    sum(case when is_sensitive then 1 else 0 end) as sensitive_actions,
    count(distinct activity_date) as days_active,
    max(occurred_at) as last_action_at
from {{ ref('fct_fivetran_user_activity') }}
where occurred_at > {{ days_ago(90) }}
group by user_id, user_email, actor_type, interaction_method
order by actions desc, user_email, interaction_method;

-- name: actions_at_night
-- subject: user activity
-- description: Which actions of people fall between 20:00 and 06:00 UTC? The last 90 days, sensitive ones first.
select
    occurred_at,
    user_email,
    interaction_method,
    action_type,
    resource_type,
    resource_name,
    is_sensitive
from {{ ref('fct_fivetran_user_activity') }}
where actor_type = 'user'
    and occurred_at > {{ days_ago(90) }}
    and (extract(hour from occurred_at) >= 20 or extract(hour from occurred_at) < 6)
order by case when is_sensitive then 0 else 1 end, occurred_at desc, activity_id;

-- name: user_sessions
-- subject: user activity
-- description: What did each person do in one go, as a sentence? The sessions of the last 30 days, newest first.
select
    session_started_at,
    session_ended_at,
    min(user_email) as user_email,
    min(actor_type) as actor_type,
    session_story,
    max(session_actions) as actions,
    sum(case when is_sensitive then 1 else 0 end) as sensitive_actions,
    sum(case when is_unusual_hour then 1 else 0 end) as at_an_unusual_hour,
    sum(case when is_first_time_action then 1 else 0 end) as done_for_the_first_time,
    session_id
from {{ ref('fct_fivetran_user_activity') }}
where session_id is not null
    and session_ended_at > {{ days_ago(30) }}
group by session_id, session_started_at, session_ended_at, session_story
order by session_started_at desc, session_id;

-- name: unusual_actions
-- subject: user activity
-- description: What was unlike the person who did it: at an unusual hour for them, or a change they never made before? The last 90 days.
select
    occurred_at,
    user_email,
    case
        when is_unusual_hour and is_first_time_action then 'at an unusual hour, for the first time'
        when is_unusual_hour then 'at an unusual hour'
        else 'for the first time'
    end as what_is_unusual,
    action_category,
    action_type,
    coalesce(secondary_resource_type, resource_type) as resource_type,
    coalesce(secondary_resource_name, resource_name, secondary_resource_id, resource_id) as resource,
    interaction_method,
    is_sensitive,
    session_story
from {{ ref('fct_fivetran_user_activity') }}
where occurred_at > {{ days_ago(90) }}
    and (is_unusual_hour or is_first_time_action and (is_sensitive or is_configuration_change))
order by case when is_unusual_hour then 0 else 1 end, occurred_at desc, activity_id;

-- name: new_administrators
-- subject: user activity
-- description: Who became an administrator of the account in the last 90 days, when, and who made them one?
with
made as (
    select
        case when secondary_resource_type = 'USER' then secondary_resource_id when resource_type = 'USER' then resource_id end as user_id,
        case when secondary_resource_type = 'USER' then secondary_resource_name when resource_type = 'USER' then resource_name end as email,
        occurred_at as became_at,
        coalesce(user_email, user_id) as made_by,
        session_story,
        0 as holds_it
    from {{ ref('fct_fivetran_user_activity') }}
    where is_new_admin
),
held as (
    select
        user_id,
        user_email as email,
        granted_at as became_at,
        cast(null as {{ dbt.type_string() }}) as made_by,
        cast(null as {{ dbt.type_string() }}) as session_story,
        1 as holds_it
    from {{ ref('fct_fivetran_access_control') }}
    where is_admin and resource_type = 'account'
),
became as (
    select * from made
    union all
    select * from held
)
select
    max(became_at) as became_administrator_at,
    user_id,
    max(email) as user_email,
    max(made_by) as made_by,
    max(holds_it) = 1 as is_administrator_today,
    max(session_story) as session_story
from became
where became_at > {{ days_ago(90) }}
group by user_id
order by became_administrator_at desc, user_id;

-- name: mass_deletions
-- subject: user activity
-- description: Who deleted many things in one session, which, and when? All that is on record.
select
    occurred_at,
    coalesce(user_email, user_id) as who,
    interaction_method,
    coalesce(secondary_resource_type, resource_type) as resource_type,
    coalesce(secondary_resource_name, resource_name, secondary_resource_id, resource_id) as resource,
    session_actions,
    session_story,
    session_id
from {{ ref('fct_fivetran_user_activity') }}
where is_mass_deletion
order by session_started_at desc, session_id, occurred_at, activity_id;


-- ============================================================================================== compliance

-- name: who_can_delete_a_connection
-- subject: governance
-- description: Who has access that lets them delete which connection today, by which role and through whom?
select
    resource_name as connection_name,
    user_email,
    role_name,
    granted_through,
    user_name,
    inherited_from,
    is_deleted_user,
    is_dormant,
    last_recorded_action_at,
    resource_id as connection_id,
    user_id
from {{ ref('fct_fivetran_access_control') }}
where resource_type = 'connection' and can_delete
order by connection_name, connection_id, user_email, user_id, role_name, granted_through, inherited_from, grant_key;

-- name: roles_to_take_away
-- subject: governance
-- description: Whose access should go? Roles that deleted users still hold, roles that are gone but held, and those that write and lie idle.
select
    case
        when is_deleted_user then 'the user is deleted'
        when is_role_gone then 'the role is gone'
        else 'no action is recorded for long'
    end as reason,
    user_email,
    user_name,
    role_name,
    granted_through,
    resource_type,
    resource_name,
    is_admin,
    granted_at,
    last_recorded_action_at,
    user_id
from {{ ref('fct_fivetran_access_control') }}
where (is_deleted_user or is_role_gone or is_dormant)
    and inherited_from = resource_type
order by reason, user_email, user_id, role_name, granted_through, resource_type, resource_name, grant_key;

-- name: compliance_status
-- subject: governance
-- description: Which checks fail, which pass, which cannot be judged, and since when? The newest day, failures first; longest failing first.
select
    check_date,
    area,
    check_code,
    check_name,
    result,
    coalesce(evidence, reason) as evidence,
    first_failed_on,
    threshold,
    supports
from {{ ref('fct_fivetran_compliance_checks') }}
where check_date = cast({{ as_of() }} as date)
order by case result when 'fail' then 1 when 'not_assessable' then 2 else 3 end, first_failed_on, area, check_code;

-- name: compliance_findings
-- subject: governance
-- description: What exactly fails, and what is excepted until when? Those without an exception first.
select
    area,
    check_name,
    object_kind,
    object_name,
    problem,
    excepted_until,
    exception_reason,
    recommendation
from {{ ref('fct_fivetran_compliance_findings') }}
order by case when is_excepted then 1 else 0 end, area, check_code, object_name, object_id;


-- ============================================================================================== recommendations

-- name: top_recommendations
-- subject: recommendations
-- description: What should I do first? The recommendations in order, each with its evidence; those of one cause as one, with the rules beneath it.
select
    priority,
    connection_name,
    recommendation,
    evidence,
    estimated_monthly_savings_usd,
    priority_rank,
    category,
    rule_code,
    rules_beneath,
    expected_benefit,
    effort,
    documentation_url,
    related_name
from {{ ref('fct_fivetran_connector_recommendations') }}
where is_leading
order by priority_rank
limit 25;

-- name: recommendations_with_one_cause
-- subject: recommendations
-- description: Which recommendations are one, because they have one cause? Each leading recommendation, and beneath it the others.
select
    connection_name,
    cause,
    case when is_leading then 'leads' else 'beneath' end as place,
    priority,
    rule_code,
    recommendation,
    evidence
from (
    select
        *,
        count(*) over (partition by connection_id, leading_rule_code) as recommendations
    from {{ ref('fct_fivetran_connector_recommendations') }}
) as counted
where recommendations > 1
order by priority_rank;

-- name: recommendations_by_rule
-- subject: recommendations
-- description: Which recommendations apply most often? Those beneath another, of the same cause, are counted apart.
select
    rule_code,
    sum(case when is_leading then 1 else 0 end) as recommendations,
    sum(case when is_leading and priority in ('critical', 'high') then 1 else 0 end) as critical_or_high,
    sum(estimated_monthly_savings_usd) as estimated_monthly_savings_usd,
    category,
    sum(case when is_leading then 0 else 1 end) as beneath_another,
    min(priority_rank) as best_priority_rank
from {{ ref('fct_fivetran_connector_recommendations') }}
group by category, rule_code
order by recommendations desc, rule_code;

-- name: savings
-- subject: recommendations
-- description: How much would the recommendations save each month? Of a whole month, this one projected to its end. Only recommendations
-- description: with a known figure.
select
    connection_name,
    estimated_monthly_savings_usd,
    recommendation,
    effort,
    destination_name,
    rule_code,
    evidence
from {{ ref('fct_fivetran_connector_recommendations') }}
where estimated_monthly_savings_usd > 0
order by estimated_monthly_savings_usd desc, priority_rank;

-- name: quick_wins
-- subject: recommendations
-- description: Which important recommendations are little work?
select
    priority,
    connection_name,
    recommendation,
    priority_rank,
    rule_code,
    evidence
from {{ ref('fct_fivetran_connector_recommendations') }}
where effort = 'low'
    and priority in ('critical', 'high', 'medium')
    and is_leading
order by priority_rank;
