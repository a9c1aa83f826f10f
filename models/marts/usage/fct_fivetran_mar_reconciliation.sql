-- Why a month's rows can differ from those on Fivetran's dashboard: each reason with the rows it accounts for. A row of usage is under
-- every reason that fits it; only the reason free_type divides the month into parts that add up.
{%- set day = fivetran_logs.as_of_date() %}
{%- set places = [
    {'reason': 'free_type', 'rows': 'is_of_month', 'detail': "coalesce(free_type, 'not given')"},
    {'reason': 'open_day', 'rows': 'is_of_month and measured_date = ' ~ day, 'detail': fivetran_logs.in_words('measured_date')},
    {'reason': 'after_as_of', 'rows': 'is_counted and not is_of_month', 'detail': "'days after as-of'"},
    {'reason': 'time_zone', 'rows': 'is_of_month and is_first_day', 'detail': "'first day'"},
    {'reason': 'time_zone', 'rows': 'is_of_month and is_last_day', 'detail': "'last day'"},
    {'reason': 'time_zone', 'rows': 'is_of_month and is_last_day', 'detail': "'last day of the month before'", 'months': 1},
    {'reason': 'time_zone', 'rows': 'is_of_month and is_first_day', 'detail': "'first day of the month after'", 'months': -1},
    {'reason': 'restated', 'rows': 'not is_counted and measured_date <= ' ~ day, 'detail': "'replaced rows'"},
    {'reason': 'restated', 'rows': 'is_of_month and is_restated', 'detail': "'rows in their place'"},
    {'reason': 'deleted_connection', 'rows': 'is_of_month and is_deleted', 'detail': 'current_name'},
    {'reason': 'unmatched_connection', 'rows': 'is_of_month and connection_id is null', 'detail': 'connection_name'},
    {'reason': 'activation', 'rows': 'is_of_month and is_activation', 'detail': "coalesce(free_type, 'not given')"},
] %}

with

usage_rows as (

    select
        usage_rows.*,
        usage_rows.is_counted and usage_rows.measured_date <= {{ day }} as is_of_month,
        usage_rows.measured_date = usage_rows.month_date as is_first_day,
        {{ fivetran_logs.date_add('day', 1, 'usage_rows.measured_date') }}
        = {{ fivetran_logs.date_add('month', 1, 'usage_rows.month_date') }} as is_last_day,
        coalesce(connections.is_deleted, false) as is_deleted,
        connections.connection_name as current_name,
        {{ fivetran_logs.is_activation('usage_rows') }} as is_activation,
        coalesce(usage_rows.connection_id, usage_rows.connection_name) as consumer
    from {{ ref('int_fivetran_log__usage_rows') }} as usage_rows
    left join {{ ref('int_fivetran_log__connections') }} as connections on usage_rows.connection_id = connections.connection_id

),

destinations as (

    select * from {{ ref('stg_fivetran_log__destination') }}

),

late_usage as (

    select * from {{ ref('int_fivetran_log__late_usage') }}

),

places as (
    {% for place in places %}
    select
        {{ loop.index }} as place,
        '{{ place.reason }}' as reason,
        {{ 'true' if place.rows.startswith('is_of_month') and place.months is not defined else 'false' }} as is_in_figure
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}

),

placed as (

    select
        places.reason,
        places.is_in_figure,
        case places.place
            {%- for place in places %}
            when {{ loop.index }} then {{ place.detail }}
            {%- endfor %}
        end as detail,
        case places.place
            {%- for place in places if place.months is defined %}
            when {{ places.index(place) + 1 }} then {{ fivetran_logs.date_add('month', place.months, 'usage_rows.month_date') }}
            {%- endfor %}
            else usage_rows.month_date
        end as month_date,
        usage_rows.destination_id,
        usage_rows.paid_active_rows,
        usage_rows.free_active_rows,
        usage_rows.consumer
    from usage_rows
    cross join places
    where
        case
            {%- for place in places %}
            when places.place = {{ loop.index }} and {{ place.rows }} then 1
            {%- endfor %}
            else 0
        end = 1

),

lines as (

    select
        month_date,
        destination_id,
        reason,
        detail,
        is_in_figure,
        false as is_estimate,
        {{ fivetran_logs.sum_rows('paid_active_rows') }} as paid_active_rows,
        {{ fivetran_logs.sum_rows('free_active_rows') }} as free_active_rows,
        {{ fivetran_logs.as_rows('count(distinct consumer)') }} as connections
    from placed
    where month_date <= {{ fivetran_logs.month_of(day) }}
    group by month_date, destination_id, reason, detail, is_in_figure

    union all

    select
        month_date,
        destination_id,
        'late_usage' as reason,
        {{ fivetran_logs.in_words('first_date') }} || ' to ' || {{ fivetran_logs.in_words('last_date') }} as detail,
        false as is_in_figure,
        true as is_estimate,
        paid_active_rows,
        free_active_rows,
        connections
    from late_usage

)

select
    {{ fivetran_logs.hash_of(['lines.month_date', 'lines.destination_id', 'lines.reason', 'lines.detail']) }} as reconciliation_key,
    lines.month_date,
    lines.destination_id,
    destinations.name as destination_name,
    lines.reason,
    lines.detail,
    lines.is_in_figure,
    lines.is_estimate,
    lines.paid_active_rows,
    lines.free_active_rows,
    lines.paid_active_rows + lines.free_active_rows as total_active_rows,
    lines.connections,
    {{ fivetran_logs.difference_in_words() | indent(4) }} as explanation
from lines
left join destinations on lines.destination_id = destinations.id
