select
    {{ dbt.datediff('change_date', as_of_date, 'day') }} as days_ago,
    case
        when is_breaking then 'breaking'
        when change_type = 'added' then 'added'
        else 'other'
    end as kind,
    count(*) as changes
from {{ ref('fct_fivetran_schema_change_history') }}
where change_date > {{ first_day }} and change_date <= {{ as_of_date }} and caused_by_change_id is null
group by
    change_date,
    case
        when is_breaking then 'breaking'
        when change_type = 'added' then 'added'
        else 'other'
    end
order by 1 desc, 2
