{#- Rows stored by other rules than today's. Each incremental model keeps in a column, rules_version, by which rules and settings its rows
    were derived. A table is of one version throughout: where it has another, a model deletes all its rows before it adds new ones. So
    one row says which version it is.

    The events are different, because only they have what the source has lost (see derives_again). -#}

{#- The version that this model stores: of the events, of the facts, and the values of the settings in its `meta.stored_settings`. -#}
{% macro rules_of_model() %}
    {%- set parts = [fivetran_logs.rules_version('events') ~ '.' ~ fivetran_logs.rules_version('facts')] -%}
    {%- for setting in fivetran_logs.stored_settings() -%}
        {%- do parts.append(modules.re.sub('[^0-9A-Za-z.,_-]', '_', var(setting) | string)) -%}
    {%- endfor -%}
    {{- return(parts | join(':')) -}}
{% endmacro %}


{% macro stored_settings() %}
    {{- return((model.config.get('meta') or {}).get('stored_settings') or []) -}}
{% endmacro %}


{#- The same as a column. -#}
{% macro rules_column() -%}
    cast('{{ fivetran_logs.rules_of_model() }}' as {{ dbt.type_string() }}) as rules_version
{%- endmacro %}


{#- Whether this model's table has a column. Tables of earlier versions lack some, above all rules_version. -#}
{% macro has_column(name) %}
    {{- return(this is string or name in fivetran_logs.stored_columns()) -}}
{% endmacro %}

{#- The columns of this model's table, in lower case; those of its whole schema are fetched once a run. -#}
{% macro stored_columns() %}
    {{- return(adapter.dispatch('stored_columns', 'fivetran_logs')()) -}}
{% endmacro %}

{% macro default__stored_columns() %}
    {%- set tables = fivetran_logs.source_columns(this.database, this.schema) -%}
    {{- return((tables.get(this.identifier | lower) or {'columns': {}}).columns.keys() | list) -}}
{% endmacro %}

{#- These describe one table at a time. -#}
{% macro spark__stored_columns() %}
    {{- return(adapter.get_columns_in_relation(this) | map(attribute='name') | map('lower') | list) -}}
{% endmacro %}

{% macro databricks__stored_columns() %}
    {{- return(fivetran_logs.spark__stored_columns()) -}}
{% endmacro %}


{#- Expression: the version of this model's table; null if it is empty. -#}
{% macro stored_rules() -%}
    (select max(rules_version) from (select rules_version from {{ this }} limit 1) as any_row)
{%- endmacro %}


{#- Condition: this model's table follows today's rules. In a unit test the rows it begins with do. -#}
{% macro follows_rules() -%}
    {{- '1 = 1' if this is string else "coalesce(" ~ fivetran_logs.stored_rules() ~ ", '') = '" ~ fivetran_logs.rules_of_model() ~ "'" -}}
{%- endmacro %}

{#- Its opposite, for pre-hooks: true where the table has no such column. -#}
{% macro follows_other_rules() -%}
    {{- 'not ' ~ fivetran_logs.follows_rules() if fivetran_logs.has_column('rules_version') else '1 = 1' -}}
{%- endmacro %}


{#- Pre-hook: empties the model if its rows follow other rules. -#}
{% macro forget_other_rules() -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows(fivetran_logs.follows_other_rules()) }}
    {%- endif -%}
{%- endmacro %}


{#- Says, once a run, why stored rows are computed again; nothing where they follow today's rules. stored: their version -#}
{% macro say_what_follows_other_rules(stored) %}
    {%- set today = fivetran_logs.rules_of_model() -%}
    {%- if stored != today -%}
        {%- set was, is = (stored or '1.1').split(':'), today.split(':') -%}
        {%- set sentences = [] -%}
        {%- if was[0] != is[0] -%}
            {%- do sentences.append(
                'The rules for syncs, issues and schema changes have changed since this account was built (version ' ~ was[0] ~ ', now '
                ~ is[0] ~ '). All stored rows are computed again from the stored events, once; this build takes about as long as one with --full-refresh.'
            ) -%}
        {%- elif was | length != is | length -%}
            {%- do sentences.append(model.name ~ ' is computed again, once, because it depends on other settings now.') -%}
        {%- else -%}
            {%- for setting in fivetran_logs.stored_settings() -%}
                {%- if was[loop.index] != is[loop.index] -%}
                    {%- do sentences.append(
                        setting ~ ' was ' ~ was[loop.index] ~ ' and is ' ~ is[loop.index]
                        ~ ': the syncs of all days are judged again, once; no event is read again.'
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for sentence in sentences -%}
            {%- do fivetran_logs.say_once(sentence) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- Only in a build: compiling a model does not change its table. -#}
{% macro say_once(sentence) %}
    {%- set question = 'fivetran_logs_said: ' ~ sentence -%}
    {%- if flags.WHICH in ('build', 'run') and not fivetran_logs.remembered(question) -%}
        {%- do fivetran_logs.remember(question, true) -%}
        {%- do log('fivetran_logs: ' ~ sentence, info=true) -%}
    {%- endif -%}
{% endmacro %}
