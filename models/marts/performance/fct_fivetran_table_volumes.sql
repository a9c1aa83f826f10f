-- Each day is compared with at most eight of the same weekday before it, less the largest and the smallest, so that one odd day does not
-- become the rule. Ratios count, not differences, and a few rows more or less count little. What happens again
-- and again is the table's habit.

{%- set days = var('fivetran_logs_report_days') ~ ' + ' ~ 7 * (var('fivetran_logs_volume_weeks') | int) %}
{%- set pad = var('fivetran_logs_volume_pad_rows') %}
{%- set of_table = 'partition by connection_id, schema_name, table_name' %}
{%- set weeks_before = of_table ~ ', weekday_number, is_typical order by sync_date rows between ' ~ var('fivetran_logs_volume_weeks') ~ ' preceding and 1 preceding' %}
{%- set days_before = of_table ~ ', is_typical order by sync_date rows between ' ~ 7 * (var('fivetran_logs_volume_weeks') | int) ~ ' preceding and 1 preceding' %}

with

sync_days as (

    select
        connection_id,
        activity_date as sync_date
    from {{ ref('int_fivetran_log__sync_days') }}
    where
        successful_syncs > 0
        and activity_date > {{ fivetran_logs.date_add('day', '-(' ~ days ~ ')', fivetran_logs.as_of_date()) }}

),

table_days as (

    select
        table_syncs.connection_id,
        table_syncs.schema_name,
        table_syncs.table_name,
        syncs.sync_date,
        sum(table_syncs.rows_synced) as rows_synced
    from {{ ref('int_fivetran_log__table_syncs') }} as table_syncs
    inner join {{ ref('int_fivetran_log__syncs') }} as syncs on table_syncs.sync_key = syncs.sync_key
    where
        table_syncs.schema_name is not null
        and table_syncs.rows_synced > 0
        and syncs.sync_date > {{ fivetran_logs.date_add('day', '-(' ~ days ~ ')', fivetran_logs.as_of_date()) }}
    group by 1, 2, 3, 4

),

known_tables as (

    select
        connection_id,
        schema_name,
        table_name,
        min(sync_date) as first_date
    from table_days
    group by 1, 2, 3

),

-- a day on which the connection succeeded and the table got no row is a day of zero rows
quiet_and_busy as (

    select
        known_tables.connection_id,
        known_tables.schema_name,
        known_tables.table_name,
        sync_days.sync_date,
        0 as rows_synced,
        1 as is_settled
    from known_tables
    inner join sync_days
        on
            known_tables.connection_id = sync_days.connection_id
            and sync_days.sync_date > known_tables.first_date

    union all

    select
        table_days.connection_id,
        table_days.schema_name,
        table_days.table_name,
        table_days.sync_date,
        table_days.rows_synced,
        0 as is_settled
    from table_days

),

-- the first day is that of the first load, and today is not over: no later day is compared with them
volumes as (

    select
        connection_id,
        schema_name,
        table_name,
        sync_date,
        mod({{ dbt.datediff("cast('2000-01-03' as date)", 'sync_date', 'day') | trim }}, 7) as weekday_number,
        {{ fivetran_logs.as_double('sum(rows_synced)') }} as rows_synced,
        max(is_settled) = 1 and sync_date < {{ fivetran_logs.as_of_date() }} as is_typical
    from quiet_and_busy
    group by 1, 2, 3, 4, 5

),

compared as (

    select
        *,
        count(*) over ({{ days_before }}) as days_of_history,
        case
            when count(*) over ({{ weeks_before }}) >= {{ var('fivetran_logs_volume_minimum_weeks') }}
                then (sum(rows_synced) over ({{ weeks_before }}) - max(rows_synced) over ({{ weeks_before }}) - min(rows_synced) over ({{ weeks_before }}))
                / nullif(count(*) over ({{ weeks_before }}) - 2, 0)
        end as expected_rows
    from volumes

),

surprises as (

    select
        *,
        ln((rows_synced + {{ pad }}) / (expected_rows + {{ pad }})) as surprise
    from compared

),

ranges as (

    select
        *,
        exp(greatest(
            ln({{ var('fivetran_logs_volume_ratio') }}),
            {{ var('fivetran_logs_volume_surprise') }} * sqrt(avg(case
                -- what one engine's least() makes of a missing value is not what another's does
                when surprise is not null
                    then least(
                        surprise * surprise,
                        {{ var('fivetran_logs_volume_surprise_cap') }} * {{ var('fivetran_logs_volume_surprise_cap') }}
                    )
            end) over ({{ days_before }}))
        )) as allowed_ratio,
        sum(case when surprise > ln({{ var('fivetran_logs_volume_ratio') }}) then 1 else 0 end) over ({{ days_before }}) as highs_before,
        sum(case when surprise < -ln({{ var('fivetran_logs_volume_ratio') }}) then 1 else 0 end) over ({{ days_before }}) as lows_before,
        count(surprise) over ({{ days_before }}) >= {{ var('fivetran_logs_volume_minimum_days') }}
        and is_typical and expected_rows is not null as is_judged
    from surprises

),

bounded as (

    select
        *,
        case when is_judged then greatest((expected_rows + {{ pad }}) / allowed_ratio - {{ pad }}, 0) end as low,
        case when is_judged then (expected_rows + {{ pad }}) * allowed_ratio - {{ pad }} end as high
    from ranges

)

select
    connection_id,
    schema_name,
    table_name,
    sync_date,
    {{ fivetran_logs.as_rows('rows_synced') }} as rows_synced,
    {{ fivetran_logs.as_double('expected_rows') }} as expected_rows,
    {{ fivetran_logs.as_double('low') }} as low,
    {{ fivetran_logs.as_double('high') }} as high,
    case
        when rows_synced = 0 and rows_synced < low and lows_before = 0 then 'silent'
        when rows_synced > 0 and rows_synced < low and lows_before <= {{ var('fivetran_logs_volume_recurrences') }} then 'drop'
        when rows_synced > high and highs_before <= {{ var('fivetran_logs_volume_recurrences') }} then 'spike'
    end as anomaly,
    {{ fivetran_logs.as_rows('days_of_history') }} as days_of_history
from bounded
