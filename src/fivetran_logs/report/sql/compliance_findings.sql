with

ranked as (

    select
        *,
        -- some of every check, whatever one of them finds
        row_number() over (partition by check_code order by case when is_excepted then 1 else 0 end, object_name, object_id) as place_in_check,
        count(*) over () as all_rows
    from {{ ref('fct_fivetran_compliance_findings') }}

)

select
    check_code,
    check_name,
    area,
    object_kind,
    object_name,
    problem,
    is_excepted,
    excepted_until,
    exception_reason,
    all_rows
from ranked
where place_in_check <= 50
order by case when is_excepted then 1 else 0 end, area, check_code, place_in_check
