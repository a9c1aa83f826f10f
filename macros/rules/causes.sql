{#- What kind of change an action is, as a possible cause of failures:

    credential      a secret, an account or a login was changed
    address         where it connects to, or looks for files: host, port, tunnel, path
    access          a user, team, role or permission was changed
    schedule        it syncs more often, which means more calls
    selection       tables or columns were selected
    setting         any other setting of a connection or destination
    harmless        a name, a description, a time zone, a pause, fewer syncs, fewer tables: no sync fails of it -#}
{% macro change_kind() -%}
    {%- set harmless = [
        'name', 'connection_name', 'display_name', 'description', 'paused', 'time_zone_offset', 'is_account_level_connector', 'notifications',
        'status', 'schedule_type', 'daily_sync_time'
    ] -%}
    case
        when action_category = 'access_control' then 'access'
        when action_type not in ('create', 'edit', 'delete', 'schema_config') then 'harmless'
        when action_category = 'schema_configuration' and lower(changed_fields) = 'disabled' then 'harmless'
        when action_category = 'schema_configuration' then 'selection'
        when action_category not in ('connection', 'destination', 'account') then 'harmless'
        when {{ fivetran_logs.names_one_of('changed_fields', [
            'password', 'passphrase', 'secret', 'token', 'credential', 'private_key', 'api_key', 'access_key', 'oauth', 'auth', 'user', 'login', 'role'
        ]) }} then 'credential'
        when {{ fivetran_logs.names_one_of('changed_fields', [
            'host', 'port', 'tunnel', 'url', 'endpoint', 'address', 'proxy', 'private_link', 'path', 'bucket', 'region'
        ]) }} then 'address'
        when action_type = 'create' then 'setting'
        when {{ fivetran_logs.is_only_of('changed_fields', harmless) }} then 'harmless'
        when not {{ fivetran_logs.is_only_of('changed_fields', harmless + ['sync_frequency', 'syncfrequency']) }} then 'setting'
        when {{ fivetran_logs.sync_frequency_in('new_values') }} >= {{ fivetran_logs.sync_frequency_in('old_values') }} then 'harmless'
        else 'schedule'
    end
{%- endmacro %}


{#- Minutes between syncs, as the values of a connection have them; null where they have none. -#}
{% macro sync_frequency_in(recorded) -%}
    {%- set minutes = fivetran_logs.regexp_replace_all('lower(' ~ recorded ~ ')', '^.*"sync_?frequency" *: *"?([0-9]+).*$', '\\1') -%}
    {{ fivetran_logs.try_cast(minutes, dbt.type_int()) }}
{%- endmacro %}


{#- Whether a list of fields, `a, b, c`, has no other than these in it; a list that is null has none. -#}
{% macro is_only_of(fields, names) -%}
    {%- set rest = namespace(text="', ' || lower(coalesce(" ~ fields ~ ", '')) || ', '") -%}
    {%- for name in names -%}
        {%- set rest.text = "replace(" ~ rest.text ~ ", ', " ~ name ~ ", ', ', ')" -%}
    {%- endfor -%}
    replace({{ rest.text }}, ', ', '') = ''
{%- endmacro %}


{#- Whether a list of field names has one of these words in it, in any case. -#}
{% macro names_one_of(fields, words) -%}
    (
        {%- for word in words %}
        lower(coalesce({{ fields }}, '')) like '%{{ word }}%'{{ ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- How well a kind of change explains a category of error, from 0 (not at all) to 1: docs/incidents.md has the table. -#}
{% macro mechanism_fit(error_category, change_kind) -%}
    {%- set fits = {
        'authentication': {'credential': 1.0, 'access': 0.9, 'address': 0.5, 'setting': 0.3},
        'permission': {'credential': 0.9, 'access': 0.9, 'selection': 0.8, 'setting': 0.3},
        'source_schema': {'schema_change': 1.0, 'selection': 0.8, 'setting': 0.4},
        'source_data': {'schema_change': 0.7, 'selection': 0.6, 'setting': 0.4},
        'configuration': {'setting': 1.0, 'address': 0.8, 'credential': 0.5, 'selection': 0.3},
        'destination': {'setting': 0.9, 'address': 0.9, 'credential': 0.9, 'access': 0.6},
        'network': {'address': 1.0, 'setting': 0.3},
        'rate_limit': {'schedule': 1.0, 'sibling': 0.8, 'selection': 0.6, 'setting': 0.3},
        'billing': {'setting': 0.4},
        'other': {'setting': 0.6, 'address': 0.6, 'credential': 0.6, 'schema_change': 0.5},
    } -%}
    case
        {%- for category, kinds in fits.items() %}
        when {{ error_category }} = '{{ category }}'
            then case {{ change_kind }}
                {%- for kind, fit in kinds.items() %} when '{{ kind }}' then {{ fit }}{% endfor %} else 0.0
            end
        {%- endfor %}
        else 0.0
    end
{%- endmacro %}


{#- How near to an incident a change was made, from 0 to 1. An error of the destination lies there and in no connection; what concerns one table
    of a connection says less where the error names no table, and so does a setting of any kind where it does not name the setting. -#}
{% macro scope_fit(scope, error_category, change_kind) -%}
    case
        when {{ scope }} in ('column', 'field') then 1.0
        when {{ scope }} = 'table' then 0.95
        when {{ scope }} = 'destination' then case when {{ error_category }} = 'destination' then 0.9 else 0.5 end
        when {{ scope }} = 'user' then 0.9
        when {{ scope }} = 'connector_type' then 0.8
        when {{ scope }} = 'account' then 0.5
        when {{ error_category }} = 'destination' then 0.4
        when {{ change_kind }} in ('schema_change', 'selection') then 0.7
        when {{ change_kind }} = 'setting' then 0.5
        else 0.9
    end
{%- endmacro %}


{#- What a cause is called in a mart. -#}
{% macro cause_type_of(change_kind) -%}
    case {{ change_kind }}
        when 'credential' then 'credential'
        when 'schema_change' then 'schema_change'
        when 'access' then 'user_action'
        else 'configuration_change'
    end
{%- endmacro %}


{#- The probable cause of an incident as a sentence; null where none is claimed. -#}
{% macro incident_cause() -%}
    case
        when wave_id is not null
            then 'Other connections '
                || case scope_type when 'destination' then 'of the same destination' when 'connector_type' then 'of the same type' else 'of the account' end
                || ' began to fail with it (' || replace(error_category, '_', ' ') || '): the cause is not in this connection.'
        when is_change_claimed
            then 'It began to fail ' || {{ fivetran_logs.hours_in_words('minutes_before / 60.0') }} || ' after a change: ' || what
                || coalesce(' by ' || actor, '') || '.'
    end
{%- endmacro %}


{#- Why no cause is claimed; null where one is. -#}
{% macro why_no_cause() -%}
    case
        when wave_id is not null or is_change_claimed then null
        when error_category is null then 'No failed sync says what went wrong.'
        when candidates_considered = 0 then 'Nothing that can break a sync was changed between the last success and the first failure.'
        when candidates_left = 0
            then {{ fivetran_logs.counted('candidates_considered', 'change') }} || ' came before it, and each is ruled out. The likeliest: ' || first_veto
        else {{ fivetran_logs.counted('candidates_considered', 'change') }} || ' came before it, and none explains the category '
            || replace(error_category, '_', ' ') || ' well enough.'
    end
{%- endmacro %}
