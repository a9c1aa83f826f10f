{{ config(materialized=fivetran_logs.step_materialization()) }}

-- What the *_change_event tables speak of.

{% for side in ['source', 'destination'] %}
{% for level in ['schema', 'table', 'column'] -%}
select distinct
    '{{ side }}' as side,
    '{{ level }}' as change_level,
    {{ level }}_id as object_id
from {{ ref('stg_fivetran_log__' ~ side ~ '_' ~ level ~ '_change_event') }}
where {{ level }}_id is not null
{{ 'union all' if not (loop.last and side == 'destination') }}
{% endfor %}
{%- endfor %}
