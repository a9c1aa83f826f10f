{%- set depth = 4 %}

-- The values of actions field by field. Objects are taken apart four deep; a list is one value. What is no JSON, or longer than
-- fivetran_logs_longest_values, stays as one row without a field.

with

actions as (

    select * from {{ ref('int_fivetran_log__actions') }}
    where occurred_at <= {{ fivetran_logs.as_of() }}

),

users as (

    select * from {{ ref('stg_fivetran_log__user') }}

),

connections as (

    select * from {{ ref('int_fivetran_log__connections') }}

),

resource_names as (

    select * from {{ ref('int_fivetran_log__resource_names') }}

),

texts as (

    select activity_id, 'old' as side, old_values as document from actions where trim(old_values) <> ''
    union all
    select activity_id, 'new' as side, new_values as document from actions where trim(new_values) <> ''

),

path_0 as (

    select
        activity_id,
        side,
        cast(null as {{ dbt.type_string() }}) as field_path,
        document
    from texts
    where length(document) <= {{ var('fivetran_logs_longest_values') }}

),

{% for level in range(1, depth + 1) -%}
{%- if level > 1 -%}
-- most values are none: to take them apart in vain would take most of the time
objects_{{ level }} as (

    select * from path_{{ level - 1 }}
    where document like '{_%' and document <> '{}'

),

{% endif -%}
entries_{{ level }} as (

    {{ fivetran_logs.json_entries('objects_' ~ level if level > 1 else 'path_0', 'document') }}

),

path_{{ level }} as (

    select
        activity_id,
        side,
        {{ "field_path || '.' || " if level > 1 }}entry_name as field_path,
        entry_value as document
    from entries_{{ level }}

),

{% endfor -%}
leaves as (

    {% for level in range(1, depth + 1) -%}
    select * from path_{{ level }}
    {%- if level < depth %}
    where document is null or document not like '{_%' or document = '{}'
    union all
    {% endif %}
    {%- endfor %}

),

read_texts as (

    select distinct activity_id, side from path_1

),

fields as (

    select
        activity_id,
        side,
        field_path,
        cast(null as {{ dbt.type_string() }}) as unread_because,
        case when document <> 'null' then {{ fivetran_logs.json_text('document') }} end as field_value
    from leaves

    union all

    select
        texts.activity_id,
        texts.side,
        cast(null as {{ dbt.type_string() }}) as field_path,
        case
            when length(texts.document) > {{ var('fivetran_logs_longest_values') }} then 'the record is too long'
            else 'the record is damaged'
        end as unread_because,
        texts.document as field_value
    from texts
    left join read_texts on texts.activity_id = read_texts.activity_id and texts.side = read_texts.side
    where read_texts.activity_id is null and trim(texts.document) not in ('{}', 'null', '[]')

),

changes as (

    select
        activity_id,
        field_path,
        max(unread_because) as unread_because,
        max(case when side = 'old' then field_value end) as old_value,
        max(case when side = 'new' then field_value end) as new_value
    from fields
    group by activity_id, field_path

),

located as (

    select
        *,
        coalesce(secondary_resource_type, resource_type) as changed_type,
        case when secondary_resource_type is null then resource_id else secondary_resource_id end as changed_id
    from actions

)

select
    {{ fivetran_logs.hash_of(['changes.activity_id', 'changes.field_path']) }} as change_id,
    changes.activity_id,
    located.occurred_at,
    located.connection_id,
    connections.connection_name,
    coalesce(
        connections.destination_id,
        case when located.resource_type = 'DESTINATION' then located.resource_id end,
        case when located.secondary_resource_type = 'DESTINATION' then located.secondary_resource_id end
    ) as destination_id,
    located.changed_type as resource_type,
    located.changed_id as resource_id,
    resource_names.resource_name,
    located.action_type,
    changes.field_path,
    substring(changes.old_value, 1, 1000) as old_value,
    substring(changes.new_value, 1, 1000) as new_value,
    changes.unread_because,
    located.user_id,
    coalesce(users.email, case when located.actor like '%@%' then located.actor end) as user_email,
    located.interaction_method,
    coalesce(changes.old_value, '') like '%[secret]%'
    or coalesce(changes.new_value, '') like '%[secret]%'
    or located.action_category in ('access_control', 'destination', 'account') as is_sensitive,
    located.log_source
from changes
inner join located on changes.activity_id = located.activity_id
left join users on located.user_id = users.id
left join connections on located.connection_id = connections.connection_id
left join resource_names on located.changed_type = resource_names.resource_type and located.changed_id = resource_names.resource_id
where
    changes.old_value is null
    or changes.new_value is null
    or changes.old_value <> changes.new_value
    or changes.new_value like '%[secret]%'
