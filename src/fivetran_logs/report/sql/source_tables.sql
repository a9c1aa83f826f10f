{%- set names = [
    'log', 'connection', 'destination', 'incremental_mar', 'usage_cost', 'audit_trail', 'user',
    'source_column_change_event', 'destination_column_change_event', 'source_table_change_event', 'column_lineage',
] %}
{%- for name in names %}
select
    {{ loop.index }} as position,
    '{{ name }}' as table_name,
    count(*) as row_count
from {{ ref('stg_fivetran_log__' ~ name) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
order by 1
