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


{#- Condition: values name the role of an administrator; null where there are no values. -#}
{% macro names_an_administrator(json_values) -%}
    {{ fivetran_logs.regexp_found('lower(' ~ json_values ~ ')', "'\"[a-z_]*role[a-z_]*\" *: *\"[^\"]*(admin|owner)'") }}
{%- endmacro %}


{#- What somebody did, in the words of a sentence that goes on with what it was done to. -#}
{% macro deed_of(actions) -%}
    case
        when {{ actions }}.is_new_admin then 'gave administrator rights to'
        when {{ actions }}.action_type = 'schema_config' then 'selected tables of'
        when {{ actions }}.action_type = 'sync' then 'started a sync of'
        when {{ actions }}.action_type = 'resync' then 're-synced'
        when {{ actions }}.action_type = 'generate_api_secret' then 'made an API secret'
        when {{ actions }}.secondary_resource_type in ('USER', 'TEAM') and {{ actions }}.resource_type <> 'ACCOUNT'
            then
                case {{ actions }}.action_type
                    when 'create' then 'granted access to'
                    when 'delete' then 'took access from'
                    else 'changed the access of'
                end
        when coalesce({{ actions }}.secondary_resource_type, {{ actions }}.resource_type) = 'USER'
            then
                case {{ actions }}.action_type
                    when 'create' then 'invited'
                    when 'delete' then 'removed'
                    else 'changed the access of'
                end
        else
            case {{ actions }}.action_type
                when 'create' then 'created'
                when 'edit' then 'edited'
                when 'delete' then 'deleted'
                when 'pause' then 'paused'
                when 'resume' then 'resumed'
                when 'test' then 'tested'
                else coalesce('did "' || replace({{ actions }}.action_type, '_', ' ') || '" to', 'acted on')
            end
    end
{%- endmacro %}
