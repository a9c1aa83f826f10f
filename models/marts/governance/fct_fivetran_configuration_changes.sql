{%- set depth = 4 %}

-- The values of actions field by field. Objects are taken apart four deep; a list is one value. What is no JSON, or longer than
-- fivetran_logs_longest_values, stays as one row without a field.

with

actions as (

    select
        *,
        coalesce(secondary_resource_type, resource_type) as changed_type,
        case when secondary_resource_type is null then resource_id else secondary_resource_id end as changed_id,
        case when secondary_resource_type is null then resource_name else secondary_resource_name end as changed_name
    from {{ ref('int_fivetran_log__named_actions') }}

),

texts as (

    select activity_id, 'old' as side, old_values as document from actions where old_values is not null
    union all
    select activity_id, 'new' as side, new_values as document from actions where new_values is not null

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
    where
        read_texts.activity_id is null
        and replace(texts.document, ' ', '') not in ('', '{}', 'null', '[]')

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

)

select
    {{ fivetran_logs.hash_of(['changes.activity_id', 'changes.field_path']) }} as change_id,
    changes.activity_id,
    actions.occurred_at,
    actions.connection_id,
    actions.connection_name,
    actions.destination_id,
    actions.changed_type as resource_type,
    actions.changed_id as resource_id,
    actions.changed_name as resource_name,
    actions.action_type,
    changes.field_path,
    substring(changes.old_value, 1, 1000) as old_value,
    substring(changes.new_value, 1, 1000) as new_value,
    changes.unread_because,
    actions.user_id,
    actions.user_email,
    actions.interaction_method,
    coalesce(changes.old_value, '') like '%[secret]%'
    or coalesce(changes.new_value, '') like '%[secret]%'
    or actions.action_category in ('access_control', 'destination', 'account') as is_sensitive,
    actions.log_source
from changes
inner join actions on changes.activity_id = actions.activity_id
where
    changes.old_value is null
    or changes.new_value is null
    or changes.old_value <> changes.new_value
    or changes.new_value like '%[secret]%'
