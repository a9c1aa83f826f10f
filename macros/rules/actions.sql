{#- Actions of people and of Fivetran, with the same words for audit trail and log. -#}

{#- The type of the changed resource, from either spelling; null for an unknown one. -#}
{% macro resource_type_of(resource_type) -%}
    case upper({{ resource_type }}) when 'CONNECTOR' then 'CONNECTION' else upper({{ resource_type }}) end
{%- endmacro %}


{#- Condition: the values of a connection show that it is paused, or with `false` that it is not. -#}
{% macro says_paused(new_values, flag) -%}
    {{ fivetran_logs.regexp_found('lower(' ~ new_values ~ ')', "'\"paused\" *: *" ~ flag ~ "'") }}
{%- endmacro %}


{#- Log events that record an action although their name contains no resource. -#}
{% macro action_category_of(action_type, resource_type, secondary_resource_type) -%}
    case
        when {{ action_type }} in ('sync', 'resync') then 'sync_control'
        when {{ action_type }} = 'schema_config' then 'schema_configuration'
        when {{ action_type }} = 'test' then 'connection_test'
        when {{ action_type }} = 'generate_api_secret' then 'access_control'
        when {{ secondary_resource_type }} in ('USER', 'TEAM', 'ROLE') or {{ resource_type }} in ('USER', 'TEAM', 'ROLE')
            then 'access_control'
        when {{ resource_type }} = 'TRANSFORMATION' or {{ secondary_resource_type }} = 'TRANSFORMATION' then 'transformation'
        when {{ resource_type }} = 'CONNECTION' or {{ secondary_resource_type }} = 'CONNECTION' then 'connection'
        when {{ resource_type }} = 'DESTINATION' or {{ secondary_resource_type }} = 'DESTINATION' then 'destination'
        when {{ resource_type }} = 'ACCOUNT' then 'account'
        else 'other'
    end
{%- endmacro %}


{#- Condition: an action that changes how data flows or who pays for it, not who has access. -#}
{% macro is_configuration_change(action_category, action_type) -%}
    {{ action_category }} in ('connection', 'schema_configuration', 'destination', 'transformation', 'account')
    and {{ action_type }} in ('create', 'edit', 'delete', 'pause', 'resume', 'schema_config')
{%- endmacro %}
