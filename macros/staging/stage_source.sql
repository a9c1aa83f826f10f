{#- Stages one source table: every column the sources YAML lists, in its type, whatever the account has.

    table_name  name in the sources YAML
    A missing table gives an empty typed view, a missing column a typed null, an older name of either is picked up, and
    several Platform schemas are one. source() is always emitted, so that lineage survives all of it. -#}
{% macro stage_source(table_name) %}
{%- set source_relation = source('fivetran_log', table_name) -%}
-- source: {{ source_relation }}
{%- if execute %}
{%- do fivetran_logs.check_platform_schemas(fivetran_logs.source_definition(table_name)) %}
-- descriptions: {{ fivetran_logs.hash_of_descriptions() }}
{{ fivetran_logs.stage_from_schemas(table_name, fivetran_logs.platform_schemas()) }}
{%- else %}
select 1 as parsing_only
{%- endif %}
{% endmacro %}


{#- Changes when what the view says of itself in the warehouse must. -#}
{% macro hash_of_descriptions() %}
    {%- set texts = [config.get('persist_docs') | string, model.description] -%}
    {%- for column in model.columns.values() -%}
        {%- do texts.append(column.name ~ ': ' ~ column.description) -%}
    {%- endfor -%}
    {{- return(local_md5(texts | join('\n'))) -}}
{% endmacro %}


{#- The same, from given schemas. -#}
{% macro stage_from_schemas(table_name, schemas) %}
{{- fivetran_logs.stage_definition(fivetran_logs.source_definition(table_name), schemas) }}
{% endmacro %}


{#- The same, of a source table as source_definition() describes it: of some of its columns, say. -#}
{% macro stage_definition(definition, schemas) %}
{%- set pieces = [] %}
{%- for schema in schemas %}
    {%- set found = fivetran_logs.find_source_table(definition, schema) %}
    {%- if found %}
        {%- do pieces.append(fivetran_logs.stage_one_table(definition, schema, found)) %}
    {%- endif %}
{%- endfor %}
{%- if not pieces %}
{{ fivetran_logs.stage_nothing(definition) }}
{%- elif pieces | length == 1 %}
{{ pieces[0] }}
{%- elif not definition.meta.get('distinct', true) %}
{{ pieces | join('\nunion all\n') }}
{%- else %}
{{ fivetran_logs.stage_distinct(definition, pieces) }}
{%- endif %}
{% endmacro %}


{#- The schemas to read: the list if there is one, under our name or that of Fivetran's own package, else the single schema. -#}
{% macro platform_schemas() %}
    {%- if var('fivetran_platform_union_databases', []) -%}
        {{- exceptions.raise_compiler_error(
            'fivetran_platform_union_databases is not supported: several schemas of one database are read as one '
            ~ '(fivetran_platform_schemas), several databases are not.'
        ) -}}
    {%- endif -%}
    {%- set several = var('fivetran_platform_schemas', []) or var('fivetran_platform_union_schemas', []) or [] -%}
    {%- if several is string -%}
        {%- set several = several.split(',') | map('trim') | list -%}
    {%- endif -%}
    {{- return(several if several else [var('fivetran_platform_schema', 'fivetran_log')]) -}}
{% endmacro %}


{#- The table to read in one schema: {'relation', 'columns': {lower name: {'name', 'data_type'}}}, or none. Of several that stand beside
    each other under newer and older names, as while Fivetran moves an account over: the newest name that has rows. -#}
{% macro find_source_table(definition, schema) %}
    {%- set tables = fivetran_logs.source_columns(definition.database, schema) -%}
    {%- set names = fivetran_logs.source_table_names(definition, schema) -%}
    {%- if names | length > 1 -%}
        {%- for name in names -%}
            {%- if fivetran_logs.has_rows(tables[name].relation) -%}
                {{- return(tables[name]) -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(tables[names[0]] if names else none) -}}
{% endmacro %}


{#- The names, in lower case, under which one schema holds a source table, today's first. -#}
{% macro source_table_names(definition, schema) %}
    {%- set tables = fivetran_logs.source_columns(definition.database, schema) -%}
    {%- set found = [] -%}
    {%- for name in [definition.identifier] + (definition.meta.get('legacy') or []) if name | lower in tables -%}
        {%- do found.append(name | lower) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}


{#- Asked once a run where dbt remembers. -#}
{% macro has_rows(relation) %}
    {%- set question = 'fivetran_logs_has_rows: ' ~ relation -%}
    {%- set known = fivetran_logs.remembered(question) -%}
    {%- if known is none -%}
        {%- set known = fivetran_logs.remember(question, run_query('select 1 as one from ' ~ relation ~ ' limit 1').rows | length > 0) -%}
    {%- endif -%}
    {{- return(known) -}}
{% endmacro %}


{% macro stage_one_table(definition, schema, found) %}
select
    {%- for column in definition.columns %}
    {{ fivetran_logs.stage_column(column, found.columns) }} as {{ column.name }},
    {%- endfor %}
    cast('{{ schema }}' as {{ dbt.type_string() }}) as platform_schema
from {{ found.relation }}
{%- endmacro %}


{% macro stage_nothing(definition) %}
select
    {%- for column in definition.columns %}
    {{ fivetran_logs.null_column(column) }} as {{ column.name }},
    {%- endfor %}
    cast(null as {{ dbt.type_string() }}) as platform_schema
from (select 1 as nothing) as no_such_table
where 1 = 0
{%- endmacro %}


{#- Two Platform schemas may hold the same row: the copy that arrived last wins. -#}
{% macro stage_distinct(definition, pieces) %}
{%- set names = definition.columns | map(attribute='name') | list + ['platform_schema'] -%}
with unioned as (

    {{ pieces | join('\nunion all\n') | indent(4) }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ definition.meta.key | join(', ') }}
            order by _fivetran_synced desc nulls last, platform_schema
        ) as copy_number
    from unioned

)

select
    {{ names | join(',\n    ') }}
from ranked
where copy_number = 1
{%- endmacro %}


{% macro stage_column(column, existing) %}
    {%- set casts = [] -%}
    {%- for name in column.names if name | lower in existing -%}
        {%- set found = existing[name | lower] -%}
        {%- do casts.append(fivetran_logs.cast_source_column(adapter.quote(found.name), found.data_type, column.data_type)) -%}
    {%- endfor -%}
    {%- if not casts -%}
        {{- fivetran_logs.null_column(column) -}}
    {%- elif column.name == '_fivetran_deleted' -%}
        coalesce({{ casts[0] }}, false)
    {%- elif casts | length == 1 -%}
        {{- casts[0] -}}
    {%- else -%}
        coalesce({{ casts | join(', ') }})
    {%- endif -%}
{% endmacro %}


{% macro null_column(column) %}
    {%- if column.name == '_fivetran_deleted' -%}
        false
    {%- else -%}
        cast(null as {{ fivetran_logs.source_type(column.data_type) }})
    {%- endif -%}
{% endmacro %}


{#- The engine's type for a type of the sources YAML. JSON is kept as text: every engine spells its own type differently. -#}
{% macro source_type(data_type) %}
    {%- set types = {
        'text': dbt.type_string(),
        'json': dbt.type_string(),
        'timestamp': fivetran_logs.type_utc_timestamp(),
        'boolean': dbt.type_boolean(),
        'integer': dbt.type_bigint(),
        'bigint': dbt.type_bigint(),
        'numeric': fivetran_logs.type_decimal(),
    } -%}
    {{- return(types[data_type]) -}}
{% endmacro %}
