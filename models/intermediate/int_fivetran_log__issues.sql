{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='error_id',
        pre_hook="{{ fivetran_logs.forget_the_future('occurred_at') }}",
    )
}}

-- What went wrong, in words that can be compared. The message is classified once, here, against the seed of patterns; the
-- version of the seed is kept with each row, so that an edited pattern reaches old issues with the next build.

with

events as (

    select * from {{ ref('int_fivetran_log__events') }}
    where is_issue and occurred_at <= {{ fivetran_logs.as_of() }}

),

legacy_sync_events as (

    select * from {{ ref('int_fivetran_log__legacy_sync_events') }}

),

patterns as (

    select * from {{ ref('fivetran_error_patterns') }}

),

patterns_version as (

    select {{ fivetran_logs.rows_version(['pattern_id', 'priority', 'error_category', 'pattern', 'root_cause', 'suggested_action']) }} as patterns_version
    from patterns

),

issues as (

    select
        events.event_key as error_id,
        events.occurred_at,
        events.connection_id,
        events.sync_id,
        coalesce(events.sync_key, legacy_sync_events.sync_key) as sync_key,
        case when {{ fivetran_logs.is_failed_end() }} then 'SEVERE' else events.severity end as severity,
        events.log_source,
        events.message_event,
        coalesce(
            events.record_type,
            events.task_type,
            events.status,
            events.message_event
        ) as error_type,
        coalesce(events.message, events.reason) as error_message,
        events.schema_name,
        events.table_name,
        greatest(events.loaded_at, coalesce(legacy_sync_events.loaded_at, events.loaded_at)) as loaded_at,
        patterns_version.patterns_version
    from events
    cross join patterns_version
    left join legacy_sync_events on events.event_key = legacy_sync_events.event_key

),

new_issues as (

    select
        issues.*,
        {{ dbt.hash("coalesce(error_type, '~') || '|' || coalesce(message_event, '~') || '|' || coalesce(error_message, '~')") }} as text_key
    from issues
    where
        {{ fivetran_logs.touched(own_occurred_at='occurred_at') }}
        {%- if is_incremental() %}
        or not exists (
            select 1 from {{ this }} as done
            where done.patterns_version = issues.patterns_version
        )
        {%- endif %}

),

-- the same text comes again and again: each is looked at once
texts as (

    select
        text_key,
        max(message_event) as message_event,
        max(error_message) as error_message,
        lower(
            coalesce(max(error_type), '') || ' ' || coalesce(max(message_event), '') || ' '
            || coalesce(substring(max(error_message), 1, 2000), '')
        ) as searched_text
    from new_issues
    group by text_key

),

matches as (

    select
        texts.text_key,
        patterns.pattern_id,
        patterns.error_category,
        patterns.root_cause,
        patterns.suggested_action,
        row_number() over (partition by texts.text_key order by patterns.priority, patterns.pattern_id) as match_rank
    from texts
    inner join patterns on {{ fivetran_logs.regexp_found('texts.searched_text', 'patterns.pattern') }}

),

classified_texts as (

    select
        texts.text_key,
        {{ fivetran_logs.fingerprint("coalesce(texts.error_message, texts.message_event, '')") }} as message_fingerprint,
        coalesce(matches.error_category, 'other') as error_category,
        matches.pattern_id,
        matches.root_cause,
        matches.suggested_action
    from texts
    left join matches on texts.text_key = matches.text_key and matches.match_rank = 1

)

select
    new_issues.error_id,
    new_issues.occurred_at,
    cast(new_issues.occurred_at as date) as error_date,
    new_issues.connection_id,
    new_issues.sync_id,
    new_issues.sync_key,
    new_issues.severity,
    new_issues.log_source,
    new_issues.message_event,
    new_issues.error_type,
    new_issues.error_message,
    new_issues.schema_name,
    new_issues.table_name,
    lower(coalesce(new_issues.error_type, '')) || ': ' || classified_texts.message_fingerprint as error_fingerprint,
    classified_texts.error_category,
    classified_texts.pattern_id,
    classified_texts.root_cause,
    classified_texts.suggested_action,
    new_issues.patterns_version,
    new_issues.loaded_at
from new_issues
left join classified_texts on new_issues.text_key = classified_texts.text_key
