{{
    config(
        materialized=fivetran_logs.incremental_materialization(),
        incremental_strategy='delete+insert',
        unique_key='check_date',
        on_schema_change='append_new_columns',
        full_refresh=var('fivetran_logs_forget_history', false),
        transient=false,
    )
}}

-- A build judges the day of as-of and replaces what an earlier build said of that day. Other days stay, under --full-refresh too: what an
-- auditor was shown must not change, and the source no longer has what it took to judge them.

with

checks as (

    select * from {{ ref('fivetran_compliance_checks') }}
    where is_enabled

),

outcomes as (

    select
        check_code,
        sum(case when is_failing is not null then objects else 0 end) as objects_looked_at,
        sum(case when is_failing and excepted_until is null then objects else 0 end) as objects_failed,
        sum(case when is_failing and excepted_until is not null then objects else 0 end) as objects_excepted,
        sum(case when is_failing is null then objects else 0 end) as objects_not_judged
    from {{ ref('fivetran_check_outcomes') }}
    group by check_code

),

source_gaps as (

    select * from {{ ref('int_fivetran_log__source_gaps') }}

),

gaps as (

    select
        checks.check_code,
        source_gaps.gap,
        {{ fivetran_logs.listed('source_gaps.source_words') }} as source_words
    from checks
    inner join source_gaps on {{ dbt.position("' ' || source_gaps.source_name || ' '", "' ' || checks.needs || ' '") }} > 0
    group by checks.check_code, source_gaps.gap

),

judged as (

    select
        checks.*,
        coalesce(outcomes.objects_failed, 0) as objects_failed,
        coalesce(outcomes.objects_looked_at, 0) as objects_looked_at,
        coalesce(outcomes.objects_excepted, 0) as objects_excepted,
        coalesce(outcomes.objects_not_judged, 0) as objects_not_judged,
        case
            when missing.check_code is not null then 'The source has no ' || missing.source_words || '.'
            when no_rows.check_code is not null then 'The source has no row in ' || no_rows.source_words || '.'
            when coalesce(outcomes.objects_looked_at, 0) = 0 then checks.when_nothing_is_judged
        end as reason
    from checks
    left join outcomes on checks.check_code = outcomes.check_code
    left join gaps as missing on checks.check_code = missing.check_code and missing.gap = 'missing'
    left join gaps as no_rows on checks.check_code = no_rows.check_code and no_rows.gap = 'empty'

),

results as (

    select
        *,
        case
            when reason is not null then 'not_assessable'
            when objects_failed > 0 then 'fail'
            else 'pass'
        end as result
    from judged

),

-- a day that could not be judged neither ends a failure nor begins one
earlier as (

    select
        check_code,
        first_failed_on,
        row_number() over (partition by check_code order by check_date desc) as newest_first
    from {{ this if is_incremental() else fivetran_logs.no_checks() }}
    where check_date < {{ fivetran_logs.as_of_date() }} and result <> 'not_assessable'

)

select
    {{ fivetran_logs.as_of_date() }} as check_date,
    results.check_code,
    results.check_name,
    results.area,
    results.result,
    results.reason,
    {{ fivetran_logs.as_rows('case when results.reason is null then results.objects_looked_at else 0 end') }} as objects_looked_at,
    {{ fivetran_logs.as_rows('case when results.reason is null then results.objects_failed else 0 end') }} as objects_failed,
    {{ fivetran_logs.as_rows('case when results.reason is null then results.objects_excepted else 0 end') }} as objects_excepted,
    {{ fivetran_logs.as_rows('results.objects_not_judged') }} as objects_not_judged,
    case
        when results.reason is null
            then {{ fivetran_logs.evidence_of_check('results') | indent(16) }}
    end as evidence,
    {{ fivetran_logs.thresholds_of_check('results.check_code') }} as threshold,
    {{ fivetran_logs.controls_of_check('results') }} as supports,
    case when results.result = 'fail' then coalesce(earlier.first_failed_on, {{ fivetran_logs.as_of_date() }}) end as first_failed_on,
    results.recommendation,
    results.documentation_url,
    {{ fivetran_logs.as_of() }} as judged_at
from results
left join earlier on results.check_code = earlier.check_code and earlier.newest_first = 1
