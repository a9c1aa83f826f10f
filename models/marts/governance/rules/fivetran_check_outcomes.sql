-- The objects of every check in one list, with their exceptions. Objects that pass, and those that cannot be judged, are only counted,
-- since there may be millions. The codes come from macros/rules/compliance_checks.sql, which `make docs` writes from the files in this
-- folder.

with

objects as (
    {% for check_code in fivetran_logs.compliance_checks() %}
    select
        '{{ check_code }}' as check_code,
        is_failing,
        case when is_failing then object_id end as object_id,
        case when is_failing then object_name end as object_name,
        case when is_failing then problem end as problem
    from {{ ref('fivetran_check__' ~ check_code) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

grouped as (

    select
        check_code,
        is_failing,
        object_id,
        max(object_name) as object_name,
        max(problem) as problem,
        {{ fivetran_logs.as_rows('count(*)') }} as objects
    from objects
    group by check_code, is_failing, object_id

),

-- an exception is valid up to and including its last day; a check accepts none without an end or a reason
exceptions as (

    select
        lower(rule_code) as check_code,
        lower(connection_name) as object_name,
        until_date,
        reason
    from {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }}
    where until_date >= {{ fivetran_logs.as_of_date() }} and trim(reason) <> ''

),

excepted as (

    select
        grouped.*,
        exceptions.until_date as excepted_until,
        exceptions.reason as exception_reason,
        row_number() over (
            partition by grouped.check_code, grouped.is_failing, grouped.object_id
            order by exceptions.until_date desc nulls last, exceptions.reason
        ) as longest_first
    from grouped
    left join exceptions
        on
            grouped.check_code = exceptions.check_code
            and exceptions.object_name in (lower(grouped.object_id), lower(grouped.object_name))

)

select
    check_code,
    is_failing,
    object_id,
    object_name,
    problem,
    objects,
    excepted_until,
    exception_reason
from excepted
where longest_first = 1
