-- Every source table has the key that the sources YAML declares: no part is null, and no two rows share it.
-- One query reads all tables. It reads the source itself, so it needs no model.

{{ config(severity='warn') }}

{%- if execute %}
{%- for definition in fivetran_logs.source_definitions() %}
{{ fivetran_logs.broken_source_keys(definition) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else %}
select 1 as parsing_only
{%- endif %}
