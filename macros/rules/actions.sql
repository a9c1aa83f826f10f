{#- What people and Fivetran do to an account, in one vocabulary for audit trail and log. -#}

{#- The kind of thing acted on, from either spelling; null where it is none we know. -#}
{% macro resource_type_of(resource_type) -%}
    case upper({{ resource_type }}) when 'CONNECTOR' then 'CONNECTION' else upper({{ resource_type }}) end
{%- endmacro %}


{#- Condition: the values of a connection say that it is paused, or with `false` that it is not. -#}
{% macro says_paused(new_values, flag) -%}
    {{ fivetran_logs.regexp_found('lower(' ~ new_values ~ ')', "'\"paused\" *: *" ~ flag ~ "'") }}
{%- endmacro %}


{#- Events of the log that tell of an action although they name no resource in their name. -#}
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
