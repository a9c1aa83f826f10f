{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns',
        unique_key='error_id',
        pre_hook="{{ fivetran_logs.forget_the_future('occurred_at', anew='is_told_by_status') }}",
    )
}}

-- What went wrong, in words that can be compared. The message is classified once, here, against the seed of patterns; the
-- version of the seed is kept with each row, so that an edited pattern reaches old issues with the next build.

{%- set patterns_version = fivetran_logs.rows_version(
    ['pattern_id', 'priority', 'error_category', 'pattern', 'root_cause', 'suggested_action']
) %}
{%- set newest = fivetran_logs.newest_stored(occurred_at='occurred_at') %}
{%- set seed = '(select ' ~ patterns_version ~ ' as patterns_version from ' ~ ref('fivetran_error_patterns') ~ ') as seed' %}
{%- set first_of_other_patterns = fivetran_logs.first_stored(
    'first issue of other patterns', 'stored cross join ' ~ seed, 'stored.patterns_version <> seed.patterns_version'
) %}

with

issues as (

    select * from {{ ref('int_fivetran_log__issue_records') }}

),

patterns as (

    select * from {{ ref('fivetran_error_patterns') }}

),

new_issues as (

    select
        issues.*,
        patterns_version.patterns_version,
        {{ dbt.hash("coalesce(error_type, '~') || '|' || coalesce(message_event, '~') || '|' || coalesce(error_message, '~')") }} as text_key
    from issues
    cross join (select {{ patterns_version }} as patterns_version from patterns) as patterns_version
    where
        {{ fivetran_logs.is_new(newest) }}
        or issues.occurred_at >= {{ first_of_other_patterns }}
        or issues.is_told_by_status

),

texts as (

    select
        text_key,
        coalesce(max(message_event), '') as message_event,
        coalesce(max(error_type), '') as error_type,
        {{ fivetran_logs.masked("coalesce(max(error_message), '')", fingerprint=false, half='first') }} as shape_begun,
        {{ fivetran_logs.masked("coalesce(max(error_message), max(error_type), max(message_event), '')", fingerprint=true, half='first') }} as fingerprint_begun
    from new_issues
    group by text_key

),

masked_texts as (

    select
        text_key,
        message_event,
        error_type,
        {{ fivetran_logs.masked('shape_begun', fingerprint=false, half='second') }} as message_shape,
        substring({{ fivetran_logs.masked('fingerprint_begun', fingerprint=true, half='second') }}, 1, 500) as message_fingerprint
    from texts

),

shapes as (

    select
        error_type,
        message_event,
        message_shape,
        lower(error_type || ' ' || message_event || ' ' || message_shape) as searched_text
    from masked_texts
    group by error_type, message_event, message_shape

),

matches as (

    select
        shapes.error_type,
        shapes.message_event,
        shapes.message_shape,
        patterns.pattern_id,
        patterns.error_category,
        patterns.root_cause,
        patterns.suggested_action,
        row_number() over (
            partition by shapes.error_type, shapes.message_event, shapes.message_shape
            order by patterns.priority, patterns.pattern_id
        ) as match_rank
    from shapes
    inner join patterns on {{ fivetran_logs.regexp_found('shapes.searched_text', 'patterns.pattern') }}

),

classified_texts as (

    select
        masked_texts.text_key,
        masked_texts.message_fingerprint,
        coalesce(matches.error_category, 'other') as error_category,
        matches.pattern_id,
        matches.root_cause,
        matches.suggested_action
    from masked_texts
    left join matches
        on
            masked_texts.error_type = matches.error_type
            and masked_texts.message_event = matches.message_event
            and masked_texts.message_shape = matches.message_shape
            and matches.match_rank = 1

)

select
    new_issues.error_id,
    new_issues.source_event_id,
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
    classified_texts.message_fingerprint as error_fingerprint,
    classified_texts.error_category,
    classified_texts.pattern_id,
    classified_texts.root_cause,
    classified_texts.suggested_action,
    new_issues.is_told_by_status,
    new_issues.patterns_version,
    new_issues.loaded_at,
    {{ fivetran_logs.rules_column() }}
from new_issues
left join classified_texts on new_issues.text_key = classified_texts.text_key
