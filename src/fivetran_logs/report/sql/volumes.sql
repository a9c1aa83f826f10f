with

days as (

    select
        *,
        {{ dbt.datediff('sync_date', as_of_date, 'day') }} as days_ago
    from {{ ref('fct_fivetran_table_volumes') }}
    where sync_date > {{ first_day }} and sync_date <= {{ as_of_date }}

)

select
    count(distinct case when days_ago = 1 then connection_id || '.' || coalesce(schema_name, '') || '.' || table_name end) as tables_last_day,
    coalesce(sum(case when days_ago = 1 and low is not null then 1 else 0 end), 0) as tables_judged_last_day,
    coalesce(sum(case when days_ago = 1 and anomaly is not null then 1 else 0 end), 0) as anomalies_last_day,
    coalesce(sum(case when days_ago <= 7 and anomaly is not null then 1 else 0 end), 0) as anomalies_last_7d,
    coalesce(sum(case when days_ago <= 30 and anomaly is not null then 1 else 0 end), 0) as anomalies_last_30d,
    coalesce(sum(case when low is not null then 1 else 0 end), 0) as table_days_judged
from days
