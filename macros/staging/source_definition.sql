{#- A source table as the sources YAML declares it: {'name', 'database', 'identifier', 'columns' in order, 'meta'}; a column is
    {'name', 'data_type', 'names': today's and the older ones}. -#}
{% macro source_definition(table_name) %}
    {%- set key = 'source.fivetran_logs.fivetran_log.' ~ table_name -%}
    {%- if key not in graph.sources -%}
        {{- exceptions.raise_compiler_error("The sources YAML of fivetran_logs declares no table '" ~ table_name ~ "'.") -}}
    {%- endif -%}
    {%- set node = graph.sources[key] -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set column_meta = column.get('meta') or (column.get('config') or {}).get('meta', {}) -%}
        {%- do columns.append({
            'name': column.name,
            'data_type': column.data_type,
            'names': [column.name] + (column_meta.get('legacy') or []),
        }) -%}
    {%- endfor -%}
    {{- return({
        'name': table_name,
        'database': node.database,
        'identifier': node.identifier,
        'columns': columns,
        'meta': node.get('meta') or node.config.get('meta', {}),
    }) -}}
{% endmacro %}


{#- All of them, those that matter most first. -#}
{% macro source_definitions() %}
    {%- set by_level = {'error': [], 'warning': [], 'info': []} -%}
    {%- for node in graph.sources.values() | sort(attribute='name') if node.package_name == 'fivetran_logs' -%}
        {%- set definition = fivetran_logs.source_definition(node.name) -%}
        {%- do by_level[definition.meta.level].append(definition) -%}
    {%- endfor -%}
    {{- return(by_level['error'] + by_level['warning'] + by_level['info']) -}}
{% endmacro %}
