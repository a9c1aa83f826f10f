-- The days a report looks back on, each with the instant it is looked at from. It needs no table, but it waits for the staging of the log,
-- which stops a build of a wrong schema: then this table stays as it is, like all others.
-- depends_on: {{ ref('stg_fivetran_log__log') }}

with

numbers as (

    {{ dbt.generate_series(var('fivetran_logs_report_days')) | indent(4) }}

),

days as (

    select {{ fivetran_logs.date_add('day', '1 - cast(generated_number as ' ~ dbt.type_int() ~ ')', fivetran_logs.as_of_date()) }} as report_date
    from numbers

)

select
    report_date,
    case
        when report_date = {{ fivetran_logs.as_of_date() }} then {{ fivetran_logs.as_of() }}
        else {{ fivetran_logs.end_of_day('report_date') }}
    end as as_of_at,
    {{ fivetran_logs.month_of('report_date') }} as month_date,
    report_date = {{ fivetran_logs.as_of_date() }} as is_latest
from days
