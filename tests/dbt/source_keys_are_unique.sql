-- Every source table holds the key that the sources YAML declares: no part of it is null, and no two rows have the same.
-- One query asks all tables. It reads the source itself, and so needs no model.

{{ config(severity='warn') }}

{%- if execute %}
{%- for definition in fivetran_logs.source_definitions() %}
{{ fivetran_logs.broken_source_keys(definition) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else %}
select 1 as parsing_only
{%- endif %}
