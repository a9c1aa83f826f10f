{#- The materialization of incremental models. Most engines use dbt's delete+insert. dbt has none for BigQuery and Spark, and a merge
    by key would be wrong: if a sync loses a table, its old row would stay. There our own materialization does the same:

    - BigQuery deletes and inserts in one transaction;
    - Spark writes kept and new rows into a new table beside the old one, and swaps their names. That needs neither DELETE nor
      MERGE (plain Parquet has neither), and the old table stays complete until the new one is. -#}
{% macro incremental_materialization() %}
    {{- return(adapter.dispatch('incremental_materialization', 'fivetran_logs')()) -}}
{% endmacro %}

{% macro default__incremental_materialization() %}{{ return('incremental') }}{% endmacro %}
{% macro bigquery__incremental_materialization() %}{{ return('incremental_by_key') }}{% endmacro %}
{% macro spark__incremental_materialization() %}{{ return('incremental_by_key') }}{% endmacro %}
{% macro databricks__incremental_materialization() %}{{ return('incremental') }}{% endmacro %}


{#- Whether a build adds to the model's table, as dbt's is_incremental, but for our materialization too. It remembers a full build of
    this run, for tests_everything. -#}
{% macro is_incremental() %}
    {%- if not execute or model.config.materialized != 'incremental_by_key' -%}
        {%- set adds = dbt.is_incremental() -%}
    {%- else -%}
        {%- set existing = load_relation(this) -%}
        {%- set adds = existing is not none and existing.type == 'table' and not should_full_refresh() -%}
    {%- endif -%}
    {%- if execute and not adds -%}
        {%- do fivetran_logs.remember('fivetran_logs_built_whole', true) -%}
    {%- endif -%}
    {{- return(adds) -}}
{% endmacro %}


{#- With a unique_key, like dbt's incremental with delete+insert (all rows of a key go together); without one, like append. -#}
{% materialization incremental_by_key, default %}
    {%- set existing = adapter.dispatch('existing_table', 'fivetran_logs')() -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or existing.type != 'table' or should_full_refresh() -%}
        {%- do adapter.dispatch('create_table', 'fivetran_logs')(existing) -%}
    {%- else -%}
        {%- do adapter.dispatch('replace_rows', 'fivetran_logs')(existing, config.get('unique_key')) -%}
    {%- endif -%}
    {%- do apply_grants(this, config.get('grants'), should_revoke(existing, should_full_refresh())) -%}
    {%- do persist_docs(this, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this]}) }}
{% endmaterialization %}


{% macro default__existing_table() %}
    {{- return(load_relation(this)) -}}
{% endmacro %}

{% macro default__create_table(existing) %}{{ fivetran_logs.no_dialect('create_table') }}{% endmacro %}
{% macro default__replace_rows(existing, unique_key) %}{{ fivetran_logs.no_dialect('replace_rows') }}{% endmacro %}


{% macro bigquery__create_table(existing) %}
    {%- if existing is not none and not adapter.is_replaceable(existing, adapter.parse_partition_by(config.get('partition_by')), config.get('cluster_by')) -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, this, compiled_code) }}
    {%- endcall -%}
{% endmacro %}

{% macro bigquery__replace_rows(existing, unique_key) %}
    {%- set new_rows = make_temp_relation(this) -%}
    {%- call statement('new_rows') -%}
        {{ create_table_as(True, new_rows, compiled_code) }}
    {%- endcall -%}
    {%- do process_schema_changes(config.get('on_schema_change', 'ignore'), new_rows, existing) -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | join(', ') -%}
    {#- the key includes the partitioning column: a literal bound on it saves BigQuery from reading and billing every partition -#}
    {%- set partitions = adapter.parse_partition_by(config.get('partition_by')) -%}
    {%- if partitions is not none and unique_key and unique_key is not string and partitions.field in unique_key -%}
        {%- set oldest = fivetran_logs.time_text(run_query('select min(' ~ partitions.field ~ ') from ' ~ new_rows).rows[0][0]) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        begin transaction;
        {%- if unique_key %}
        delete from {{ this }} as kept
        where
            exists (select 1 from {{ new_rows }} as added where {{ fivetran_logs.same_key(unique_key, 'kept', 'added') }})
            {%- if oldest %}
            and kept.{{ partitions.field }} >= cast('{{ oldest }}' as {{ partitions.data_type }})
            {%- endif %};
        {%- endif %}
        insert into {{ this }} ({{ columns }}) select {{ columns }} from {{ new_rows }};
        commit transaction;
    {%- endcall -%}
    {%- do adapter.drop_relation(new_rows) -%}
{% endmacro %}


{#- If a build died between the two renames, the table has only its other name. This renames it back, so that the model is not
    taken for a new one and keeps its history. -#}
{% macro spark__existing_table() %}
    {%- set previous = fivetran_logs.beside(this, 'previous') -%}
    {%- if load_relation(this) is none and adapter.get_relation(database=previous.database, schema=previous.schema, identifier=previous.identifier) is not none -%}
        {%- do run_query('alter table ' ~ previous ~ ' rename to ' ~ this) -%}
        {{- exceptions.raise_compiler_error('An earlier build of ' ~ this ~ ' was interrupted; its table is restored. Build again.') -}}
    {%- endif -%}
    {%- if config.get('location_root') -%}
        {{- exceptions.raise_compiler_error('location_root cannot be set for ' ~ this ~ ': it is written beside itself and renamed. Set the location of its schema.') -}}
    {%- endif -%}
    {{- return(load_relation(this)) -}}
{% endmacro %}

{% macro spark__create_table(existing) %}
    {%- if existing is none -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, this, compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- if existing.type != 'table' -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- do fivetran_logs.write_anew(this, compiled_code, existing.type == 'table') -%}
    {%- endif -%}
{% endmacro %}

{% macro spark__replace_rows(existing, unique_key) %}
    {%- set new_rows = fivetran_logs.beside(this, 'new') -%}
    {%- do run_query('drop table if exists ' ~ new_rows) -%}
    {%- do run_query('create table ' ~ new_rows ~ ' ' ~ file_format_clause() ~ ' as ' ~ compiled_code) -%}
    {%- set old_columns = adapter.get_columns_in_relation(this) -%}
    {%- set new_columns = adapter.get_columns_in_relation(new_rows) -%}
    {%- set old_names = old_columns | map(attribute='name') | list -%}
    {%- set new_names = new_columns | map(attribute='name') | list -%}
    {%- set kept = [] -%}
    {%- set added = [] -%}
    {%- for column in old_columns -%}
        {%- do kept.append('kept.`' ~ column.name ~ '`') -%}
        {%- do added.append('`' ~ column.name ~ '`' if column.name in new_names else 'cast(null as ' ~ column.dtype ~ ') as `' ~ column.name ~ '`') -%}
    {%- endfor -%}
    {%- for column in new_columns if column.name not in old_names -%}
        {%- do kept.append('cast(null as ' ~ column.dtype ~ ') as `' ~ column.name ~ '`') -%}
        {%- do added.append('`' ~ column.name ~ '`') -%}
    {%- endfor -%}
    {%- set sql -%}
        select {{ kept | join(', ') }}
        from {{ this }} as kept
        {%- if unique_key %}
        left anti join {{ new_rows }} as replaced on {{ fivetran_logs.same_key(unique_key, 'kept', 'replaced') }}
        {%- endif %}
        union all
        select {{ added | join(', ') }} from {{ new_rows }}
    {%- endset -%}
    {%- do fivetran_logs.write_anew(this, sql, true) -%}
    {%- do run_query('drop table ' ~ new_rows) -%}
{% endmacro %}

{#- Replaces a table by a new one of the same name, whose query may read the old one. -#}
{% macro write_anew(relation, sql, exists) %}
    {%- set next = fivetran_logs.beside(relation, 'next') -%}
    {%- set previous = fivetran_logs.beside(relation, 'previous') -%}
    {%- do run_query('drop table if exists ' ~ next) -%}
    {%- call statement('main') -%}
        create table {{ next }}
        {{ file_format_clause() }} {{ options_clause() }} {{ tblproperties_clause() }}
        {{ partition_cols(label='partitioned by') }} {{ clustered_cols(label='clustered by') }} {{ comment_clause() }}
        as
        {{ sql }}
    {%- endcall -%}
    {%- if exists -%}
        {%- do run_query('drop table if exists ' ~ previous) -%}
        {%- do run_query('alter table ' ~ relation ~ ' rename to ' ~ previous) -%}
    {%- endif -%}
    {%- do run_query('alter table ' ~ next ~ ' rename to ' ~ relation) -%}
    {%- if exists -%}
        {%- do run_query('drop table ' ~ previous) -%}
    {%- endif -%}
{% endmacro %}

{#- Condition: two rows have the same key. unique_key is a column or a list of columns, as in dbt. -#}
{% macro same_key(unique_key, one, other) -%}
    {%- for column in ([unique_key] if unique_key is string else unique_key) -%}
        {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro beside(relation, what) %}
    {{- return(relation.incorporate(path={'identifier': relation.identifier ~ '__' ~ what})) -}}
{% endmacro %}


{#- Pre-hook: deletes the rows of this model that meet a condition. -#}
{% macro delete_rows(condition) %}
    {{- return(adapter.dispatch('delete_rows', 'fivetran_logs')(condition)) -}}
{% endmacro %}

{% macro default__delete_rows(condition) -%}
    delete from {{ this }} where {{ condition }}
{%- endmacro %}

{% macro databricks__delete_rows(condition) -%}
    {{ fivetran_logs.default__delete_rows(condition) }}
{%- endmacro %}

{#- Without rows to delete, there is nothing to write. -#}
{% macro spark__delete_rows(condition) -%}
    {%- if run_query('select 1 from ' ~ this ~ ' where ' ~ condition ~ ' limit 1').rows | length -%}
        {%- do fivetran_logs.write_anew(this, 'select * from ' ~ this ~ ' where (' ~ condition ~ ') is not true', true) -%}
    {%- endif -%}
{%- endmacro %}
