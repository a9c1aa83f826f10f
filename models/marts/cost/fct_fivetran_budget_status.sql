with

budgets as (

    select * from {{ ref('int_fivetran_log__budget_outlook') }}

)

select
    budget_key,
    scope_type,
    scope,
    month_date,
    unit,
    budget,
    spent_to_date,
    projected,
    low,
    high,
    variance,
    status,
    exhausted_on,
    note
from budgets
