-- What lay behind each connection on each report day: sums over 7 and 30 days, and what had happened until then. A past day ends
-- at midnight, so days added up are exact there; the last day ends at as-of, so there the events themselves are added up.

{%- set sums_7d = ['syncs', 'successful_syncs', 'failed_syncs', 'rows_synced', 'duration_ratio', 'duration_ratios', 'errors', 'warnings'] %}
{%- set sums_30d = ['successful_syncs', 'failed_syncs', 'incidents', 'schema_changes'] %}
{%- set amounts = (sums_7d + sums_30d) | unique | list %}

with

states as (

    select * from {{ ref('int_fivetran_log__connection_states') }}

),

events as (

    select * from {{ ref('int_fivetran_log__connection_events') }}

),

sync_days as (

    select * from {{ ref('int_fivetran_log__sync_days') }}

),

event_days as (

    select
        connection_id,
        activity_date,
        {%- for amount in amounts %}
        sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
        {%- endfor %}
    from events
    group by connection_id, activity_date

),

in_window as (

    select
        states.connection_id,
        states.report_date,
        event_days.activity_date > {{ dbt.dateadd('day', -7, 'states.report_date') }} as is_in_7d,
        {%- for amount in amounts %}
        event_days.{{ amount }}{{ ',' if not loop.last }}
        {%- endfor %}
    from states
    inner join event_days
        on
            states.connection_id = event_days.connection_id
            and event_days.activity_date <= states.report_date
            and event_days.activity_date > {{ dbt.dateadd('day', -30, 'states.report_date') }}
    where not states.is_latest

    union all

    select
        states.connection_id,
        states.report_date,
        events.happened_at > {{ fivetran_logs.days_ago(7) }} as is_in_7d,
        {%- for amount in amounts %}
        events.{{ amount }}{{ ',' if not loop.last }}
        {%- endfor %}
    from states
    inner join events
        on
            states.connection_id = events.connection_id
            and events.happened_at > {{ fivetran_logs.days_ago(30) }}
            and events.happened_at <= {{ fivetran_logs.as_of() }}
    where states.is_latest

),

windows as (

    select
        connection_id,
        report_date,
        {%- for amount in sums_7d %}
        sum(case when is_in_7d then {{ amount }} else 0 end) as {{ amount }}_7d,
        {%- endfor %}
        {%- for amount in sums_30d %}
        sum({{ amount }}) as {{ amount }}_30d{{ ',' if not loop.last }}
        {%- endfor %}
    from in_window
    group by connection_id, report_date

),

-- days with syncs and report days on one time line: what a report day sees is what ran up to it
timeline as (

    select
        connection_id,
        activity_date,
        0 as is_report_day,
        total_syncs,
        successful_syncs,
        failed_syncs,
        first_sync_at,
        last_sync_at,
        last_completed_at,
        last_success_at,
        last_failure_at,
        failures_after_last_success
    from sync_days

    union all

    select
        connection_id,
        report_date as activity_date,
        1 as is_report_day,
        0 as total_syncs,
        0 as successful_syncs,
        0 as failed_syncs,
        {%- for column in ['first_sync_at', 'last_sync_at', 'last_completed_at', 'last_success_at', 'last_failure_at'] %}
        cast(null as {{ dbt.type_timestamp() }}) as {{ column }},
        {%- endfor %}
        0 as failures_after_last_success
    from states

),

-- each day with a success begins a new run: the failures of a run since then are the consecutive ones
runs as (

    select
        *,
        count(last_success_at) over (
            partition by connection_id order by activity_date, is_report_day rows between unbounded preceding and current row
        ) as run_number
    from timeline

),

until_then as (

    select
        connection_id,
        activity_date,
        is_report_day,
        {%- for column in ['total_syncs', 'successful_syncs', 'failed_syncs'] %}
        sum({{ column }}) over so_far as {{ column }},
        {%- endfor %}
        min(first_sync_at) over so_far as first_sync_at,
        {%- for column in ['last_sync_at', 'last_completed_at', 'last_success_at', 'last_failure_at'] %}
        max({{ column }}) over so_far as {{ column }},
        {%- endfor %}
        sum(failures_after_last_success) over (
            partition by connection_id, run_number order by activity_date, is_report_day
            rows between unbounded preceding and current row
        ) as consecutive_failures
    from runs
    window so_far as (
        partition by connection_id order by activity_date, is_report_day rows between unbounded preceding and current row
    )

)

select
    states.connection_id,
    states.report_date,
    states.as_of_at,
    states.is_latest,
    states.is_paused,
    states.is_deleted,
    states.set_up_at,
    states.sync_frequency_minutes,
    {%- for column in ['total_syncs', 'successful_syncs', 'failed_syncs', 'first_sync_at', 'last_sync_at', 'last_completed_at',
        'last_success_at', 'last_failure_at', 'consecutive_failures'] %}
    until_then.{{ column }},
    {%- endfor %}
    {%- for amount in sums_7d %}
    coalesce(windows.{{ amount }}_7d, 0) as {{ amount }}_7d,
    {%- endfor %}
    {%- for amount in sums_30d %}
    coalesce(windows.{{ amount }}_30d, 0) as {{ amount }}_30d{{ ',' if not loop.last }}
    {%- endfor %}
from states
left join windows
    on
        states.connection_id = windows.connection_id
        and states.report_date = windows.report_date
inner join until_then
    on
        states.connection_id = until_then.connection_id
        and states.report_date = until_then.activity_date
        and until_then.is_report_day = 1
