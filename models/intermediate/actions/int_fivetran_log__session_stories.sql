{{ config(materialized=fivetran_logs.step_materialization()) }}

{%- set told = 6 %}

-- A session as one sentence: who did what to what, in the order in which they began with it. One deed done to several things is one part,
-- with their number; after the sixth part the rest is counted.

with

actions as (

    select * from {{ ref('int_fivetran_log__named_actions') }}

),

sessions as (

    select * from {{ ref('int_fivetran_log__action_sessions') }}

),

things as (

    select
        sessions.session_id,
        actions.activity_id,
        actions.occurred_at,
        actions.actor_type,
        coalesce(actions.user_name, actions.user_email, actions.user_id) as who,
        {{ fivetran_logs.deed_of('actions') }} as deed,
        lower(coalesce(actions.secondary_resource_type, actions.resource_type)) as kind,
        coalesce(actions.secondary_resource_id, actions.resource_id) as thing_id,
        coalesce(
            case
                when actions.secondary_resource_type is not null then actions.secondary_resource_name
                else coalesce(actions.connection_name, actions.resource_name)
            end,
            actions.secondary_resource_id,
            actions.resource_id
        ) as thing_name
    from sessions
    inner join actions on sessions.activity_id = actions.activity_id

),

deeds as (

    select
        session_id,
        deed,
        kind,
        min(occurred_at) as first_at,
        count(distinct thing_id) as things,
        min(thing_name) as thing_name
    from things
    group by session_id, deed, kind

),

-- not named like its column: BigQuery would take `parts` for the row
told_parts as (

    select
        session_id,
        row_number() over (partition by session_id order by first_at, deed, kind) as part_number,
        count(*) over (partition by session_id) as parts,
        deed || case
            when deed = 'made an API secret' then ''
            when kind = 'account' then ' the account'
            when kind is null then ' something'
            when things > 1 then ' ' || {{ fivetran_logs.counted('things', "' || kind || '") }}
            else ' ' || kind || coalesce(' ' || substring(thing_name, 1, 80), '')
        end as told
    from deeds

),

people as (

    select
        session_id,
        min(who) as who,
        min(actor_type) as actor_type
    from things
    group by session_id

),

joined as (

    select
        session_id,
        max(case when part_number = 1 then told end)
        {%- for number in range(2, told + 1) %}
        || coalesce(max(case when part_number = {{ number }} then case when parts = {{ number }} then ' and ' else ', ' end || told end), '')
        {%- endfor %}
        || case
            when max(parts) > {{ told }}
                then ' and did ' || {{ fivetran_logs.counted('(max(parts) - ' ~ told ~ ')', 'other thing') }}
            else ''
        end as story
    from told_parts
    group by session_id

)

select
    joined.session_id,
    coalesce(people.who, 'Somebody unknown') || ' ' || joined.story
    || case when people.actor_type = 'api' then ' through the API' else '' end || '.' as session_story
from joined
inner join people on joined.session_id = people.session_id
