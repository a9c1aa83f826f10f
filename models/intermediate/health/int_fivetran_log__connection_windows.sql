{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What lay behind each connection on each report day: sums over 7 and 30 days, and what had happened until then. A past day ends
-- at midnight, so days added up are exact there; the last day ends at as-of, so there the events themselves are added up.

{%- set sums_7d = ['syncs', 'successful_syncs', 'failed_syncs', 'rows_synced', 'duration_ratio', 'duration_ratios', 'errors', 'warnings'] %}
{%- set sums_30d = ['successful_syncs', 'failed_syncs', 'incidents', 'schema_changes', 'breaking_changes'] %}
{%- set amounts = (sums_7d + sums_30d) | unique | list %}

with

states as (

    select * from {{ ref('int_fivetran_log__connection_states') }}

),

events as (

    select * from {{ ref('int_fivetran_log__connection_events') }}

),

history as (

    select * from {{ ref('int_fivetran_log__connection_history') }}

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
        event_days.activity_date > {{ fivetran_logs.date_add('day', -7, 'states.report_date') }} as is_in_7d,
        {%- for amount in amounts %}
        event_days.{{ amount }}{{ ',' if not loop.last }}
        {%- endfor %}
    from states
    inner join event_days
        on
            states.connection_id = event_days.connection_id
            and event_days.activity_date <= states.report_date
            and event_days.activity_date > {{ fivetran_logs.date_add('day', -30, 'states.report_date') }}
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

)

select
    states.connection_id,
    states.report_date,
    states.as_of_at,
    states.is_latest,
    states.known_until_at,
    states.judged_at,
    states.expected_every_minutes,
    states.is_paused,
    states.paused_at,
    states.is_deleted,
    states.set_up_at,
    states.sync_frequency_minutes,
    {%- for column in ['total_syncs', 'successful_syncs', 'failed_syncs', 'first_sync_at', 'last_sync_at', 'last_completed_at',
        'last_success_at', 'last_failure_at', 'consecutive_failures'] %}
    history.{{ column }},
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
inner join history
    on
        states.connection_id = history.connection_id
        and states.report_date = history.activity_date
