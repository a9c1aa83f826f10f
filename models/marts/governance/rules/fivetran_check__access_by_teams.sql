-- Access is granted through teams
--
-- Of all roles that are granted, a large enough share is granted to teams. If it is, everybody passes; if not, the users
-- with roles of their own do not. One row per user or team that was granted a role; teams without members are not looked
-- at.
--
-- Why it matters: Roles of teams come and go with membership; roles of single users are forgotten.
--
-- How to fix: Put the users into teams, and grant the roles to these.

with

grants as (

    select distinct
        case when team_id is not null then 'TEAM' else 'USER' end as grantee_type,
        coalesce(team_id, user_id) as grantee_id,
        role_name,
        destination_id,
        connection_id
    from {{ ref('int_fivetran_log__access_grants') }}

),

grantees as (

    select
        grantee_type,
        grantee_id,
        count(*) as grants
    from grants
    group by grantee_type, grantee_id

),

shares as (

    select
        *,
        1.0 * sum(case when grantee_type = 'TEAM' then grants else 0 end) over () / sum(grants) over () as share_of_teams
    from grantees

)

select
    shares.grantee_type || ' ' || shares.grantee_id as object_id,
    coalesce(teams.name, users.email, shares.grantee_id) as object_name,
    shares.grantee_type = 'USER' and shares.share_of_teams < {{ var('fivetran_logs_check_share_of_teams') }} as is_failing,
    'has ' || {{ fivetran_logs.counted('shares.grants', 'role') }} || ' of its own; ' || {{ fivetran_logs.percent_in_words('shares.share_of_teams') }}
    || ' of all roles are of teams' as problem
from shares
left join {{ ref('stg_fivetran_log__team') }} as teams on shares.grantee_type = 'TEAM' and shares.grantee_id = teams.id
left join {{ ref('stg_fivetran_log__user') }} as users on shares.grantee_type = 'USER' and shares.grantee_id = users.id
