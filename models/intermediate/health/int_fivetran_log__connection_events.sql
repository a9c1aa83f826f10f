{{ config(materialized=fivetran_logs.step_materialization()) }}

-- Everything a health window counts, as one narrow list with a time and amounts: a window is then one sum over it, whether it
-- ends at midnight or at as-of.

{%- set amounts = [
    'syncs', 'successful_syncs', 'failed_syncs', 'rows_synced', 'incidents', 'duration_ratio', 'duration_ratios', 'errors',
    'warnings', 'schema_changes', 'breaking_changes',
] %}
{%- set parts = [
    {
        'of': 'recent_syncs',
        'at': 'sync_at',
        'date': 'sync_date',
        'syncs': '1',
        'successful_syncs': 'is_successful',
        'failed_syncs': 'is_failed',
        'rows_synced': 'rows_synced',
        'incidents': 'begins_incident',
        'duration_ratio': 'coalesce(duration_ratio, 0)',
        'duration_ratios': 'case when duration_ratio is not null then 1 else 0 end',
    },
    {
        'of': 'issues',
        'at': 'occurred_at',
        'date': 'error_date',
        'errors': "case when severity = 'SEVERE' then 1 else 0 end",
        'warnings': "case when severity = 'WARNING' then 1 else 0 end",
    },
    {
        'of': 'schema_changes',
        'at': 'change_detected_at',
        'date': 'change_date',
        'schema_changes': '1',
        'breaking_changes': 'case when is_breaking then 1 else 0 end',
    },
] %}
{%- set window_start = fivetran_logs.date_add(
    'day', '-(' ~ var('fivetran_logs_report_days') ~ ' + 32)', fivetran_logs.as_of_date()
) %}

with

recent_syncs as (

    select * from {{ ref('int_fivetran_log__recent_syncs') }}

),

issues as (

    select issues.*
    from {{ ref('int_fivetran_log__issues') }} as issues
    left join {{ ref('int_fivetran_log__issue_echoes') }} as echoes on issues.error_id = echoes.error_id
    where echoes.error_id is null

),

schema_changes as (

    select * from {{ ref('int_fivetran_log__schema_changes') }}
    where caused_by_change_id is null

)

{% for part in parts %}
select
    connection_id,
    {{ part.at }} as happened_at,
    {{ part.date }} as activity_date,
    {%- for amount in amounts %}
    {{ part.get(amount, '0') }} as {{ amount }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ part.of }}
where connection_id is not null and {{ part.date }} >= {{ window_start }}
{{ 'union all' if not loop.last }}
{% endfor %}
