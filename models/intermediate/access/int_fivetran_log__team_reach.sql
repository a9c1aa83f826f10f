{{ config(materialized=fivetran_logs.step_materialization()) }}

{%- set levels = 8 %}

-- Whose grants each team has: its own, and those of every team above it. Not every engine has recursive queries, so the ways up are
-- joined level by level, eight at most. A way ends where it would come to a team a second time: cycles end.

with

listed_teams as (

    select * from {{ ref('stg_fivetran_log__team') }}

),

team_memberships as (

    select * from {{ ref('stg_fivetran_log__team_membership') }}

),

teams as (

    select
        id,
        parent_id,
        coalesce(name, id) as name
    from listed_teams
    where not coalesce(_fivetran_deleted, false)

    union all

    -- a team that the source does not list still has members
    select distinct
        team_memberships.team_id as id,
        cast(null as {{ dbt.type_string() }}) as parent_id,
        team_memberships.team_id as name
    from team_memberships
    left join listed_teams on team_memberships.team_id = listed_teams.id
    where listed_teams.id is null and team_memberships.team_id is not null

),

ways as (

    select
        team_0.id as team_0,
        team_0.name as way_0
        {%- for level in range(1, levels + 1) %},
        team_{{ level }}.id as team_{{ level }},
        {% for below in range(level) %}team_{{ below }}.name || ' > ' || {% endfor %}team_{{ level }}.name as way_{{ level }}
        {%- endfor %}
    from teams as team_0
    {%- for level in range(1, levels + 1) %}
    left join teams as team_{{ level }}
        on
            team_{{ level - 1 }}.parent_id = team_{{ level }}.id
            and team_{{ level }}.id not in ({% for below in range(level) %}team_{{ below }}.id{{ ', ' if not loop.last }}{% endfor %})
    {%- endfor %}

),

-- each way is read once and taken apart by level: an engine that plans a step anew for each reader would plan all joins nine times
steps as (

    {% for level in range(levels + 1) -%}
    select {{ level }} as step
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

reached as (

    select
        ways.team_0 as team_id,
        case steps.step
            {%- for level in range(levels + 1) %}
            when {{ level }} then ways.team_{{ level }}
            {%- endfor %}
        end as holding_team_id,
        case steps.step
            {%- for level in range(levels + 1) %}
            when {{ level }} then ways.way_{{ level }}
            {%- endfor %}
        end as granted_through
    from ways
    cross join steps

)

select
    team_id,
    holding_team_id,
    granted_through
from reached
where holding_team_id is not null
