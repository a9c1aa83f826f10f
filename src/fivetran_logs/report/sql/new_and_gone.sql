-- What makes two periods unlike: connections with a finished sync in one of two weeks only, and with paid rows in one of two months only:
-- this one and the last, or the last two whole ones.
{%- set month_before_last = fivetran_logs.date_add('month', -2, this_month) %}

with

weeks as (

    select
        connection_id,
        'week' as period,
        sum(case when coalesce(sync_completed_at, sync_started_at) > {{ days_7 }} then 1 else 0 end) as later,
        sum(case when coalesce(sync_completed_at, sync_started_at) > {{ days_7 }} then 0 else 1 end) as earlier
    from {{ ref('fct_fivetran_sync_performance') }}
    where sync_status in ('successful', 'failed')
        and coalesce(sync_completed_at, sync_started_at) > {{ days_14 }}
        and coalesce(sync_completed_at, sync_started_at) <= {{ as_of_at }}
    group by connection_id

),

paid as (

    select
        connection_id,
        month_date,
        sum(paid_active_rows) as paid_rows
    from {{ ref('fct_fivetran_monthly_active_rows') }}
    where connection_id is not null and month_date >= {{ month_before_last }}
    group by connection_id, month_date

),

months as (

    select
        connection_id,
        'month' as period,
        sum(case when month_date = {{ this_month }} then paid_rows else 0 end) as later,
        sum(case when month_date = {{ last_month }} then paid_rows else 0 end) as earlier
    from paid
    group by connection_id

),

whole_months as (

    select
        connection_id,
        'whole month' as period,
        sum(case when month_date = {{ last_month }} then paid_rows else 0 end) as later,
        sum(case when month_date = {{ month_before_last }} then paid_rows else 0 end) as earlier
    from paid
    group by connection_id

),

periods as (

    select * from weeks

    union all

    select * from months

    union all

    select * from whole_months

),

compared as (

    select
        *,
        sum(later) over (partition by period) as all_later,
        sum(earlier) over (partition by period) as all_earlier
    from periods

),

-- where the log or the bills begin in the later period, everything would be new
unlike as (

    select * from compared where (later = 0) <> (earlier = 0) and all_later > 0 and all_earlier > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by period, case when earlier = 0 then 1 else 0 end
            order by later + earlier desc, connection_id
        ) as place,
        count(*) over (partition by period, case when earlier = 0 then 1 else 0 end) as of_this_kind
    from unlike

)

select
    connection_id as connection,
    period,
    case when earlier = 0 then 'new' else 'gone' end as kind,
    later + earlier as amount,
    of_this_kind
from ranked
where place <= 10
order by period, kind, place
