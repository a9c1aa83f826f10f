-- A failed sync leaves its errors and then reports of how it went, a `status`, an end or both, that repeat them: one failure, several
-- records. Found anew in each build, since an error may arrive after the report that echoes it. An error that names no sync belongs to
-- the failed sync it lies in, if that sync is the next to end, so that one error never explains two failures.

{%- set is_report = 'message_event in (' ~ fivetran_logs.outcome_events() ~ ')' %}

with

issues as (

    select * from {{ ref('int_fivetran_log__issues') }}
    where severity = 'SEVERE'

),

syncs as (

    select * from {{ ref('int_fivetran_log__sync_facts') }}

),

errors as (

    select distinct sync_key
    from issues
    where sync_key is not null and not {{ is_report }}

),

reports as (

    select
        error_id,
        sync_key,
        connection_id,
        occurred_at,
        row_number() over (partition by sync_key order by occurred_at, error_id) as oldest_first
    from issues
    where {{ is_report }} and sync_key is not null

),

-- the next report of the connection: found in one pass, since an account whose errors never name a sync has as many errors as reports
next_reports as (

    select
        error_id,
        connection_id,
        occurred_at,
        message_event = 'error' and sync_key is null as names_no_sync,
        min(case when {{ is_report }} and sync_key is not null then occurred_at end) over (
            partition by connection_id
            order by occurred_at, case when {{ is_report }} then 1 else 0 end, error_id
            rows between current row and unbounded following
        ) as next_report_at
    from issues

),

errors_of_no_sync as (

    select
        reports.error_id,
        row_number() over (partition by next_reports.error_id order by reports.error_id) as place
    from next_reports
    inner join reports
        on
            next_reports.connection_id = reports.connection_id
            and next_reports.next_report_at = reports.occurred_at
    inner join syncs
        on
            reports.sync_key = syncs.sync_key
            and next_reports.occurred_at >= syncs.sync_started_at
    where next_reports.names_no_sync

),

errors_within as (

    select distinct error_id
    from errors_of_no_sync
    where place = 1

)

select reports.error_id
from reports
left join errors on reports.sync_key = errors.sync_key
left join errors_within on reports.error_id = errors_within.error_id
where
    errors.sync_key is not null
    or errors_within.error_id is not null
    or reports.oldest_first > 1
